/**
 * One person's signed vote on one object. The signature is checked outside the transaction; only a vote that passed can be
 * recorded, which the type says. Everything else is checked again inside, where two votes at once cannot both pass.
 */
import { emit } from "../audit/index.ts";
import { assert } from "../errors/index.ts";
import type { Ids, Instant } from "../ports/index.ts";
import { type Tx, tables } from "../store/index.ts";
import type { SigningRequest } from "../transfers/types.ts";
import { signedBytes } from "./digest.ts";
import { AuthorityError, type AuthorityErrorCode } from "./errors.ts";
import { hasRole, isBarred, keyOf, tally, type VoteSubject } from "./quorum.ts";
import type { ApprovalRow, AuthorityPolicy, Person, QuorumView, SignatureVerifier, SignedVote } from "./types.ts";

/** Most votes on one object: one per person. */
export const VOTES_MAX = 1_000;

declare const VERIFIED: unique symbol;
/** A vote whose signature was checked against a key of its person; made by `verifyVote` alone. */
export type VerifiedVote = SignedVote & { readonly [VERIFIED]: true };

export interface VoteCast {
  readonly approval: ApprovalRow;
  readonly quorum: QuorumView;
}

/**
 * Checks who signed and what. `signing` is the transfer's own request where the wallet collects its owners' signatures.
 * @throws AuthorityError authority_unknown_person, authority_bad_signature
 */
export async function verifyVote(
  verifier: SignatureVerifier,
  policy: AuthorityPolicy,
  vote: SignedVote,
  signing: SigningRequest | null,
): Promise<VerifiedVote> {
  const person = findPerson(policy, vote.person_id);
  const key = keyOf(person, vote);
  if (key === undefined) {
    throw refusal("authority_bad_signature", `${person.name} has no ${vote.scheme} key ${vote.key_id}.`, vote);
  }
  const message = signedBytes(vote.payload, vote.scheme === "ed25519" ? null : signing);
  const genuine = await verifier({
    scheme: key.scheme,
    public_key: key.public_key,
    message,
    signature: vote.signature,
  });
  if (!genuine) throw refusal("authority_bad_signature", `The signature is not ${person.name}'s over this vote.`, vote);
  return vote as VerifiedVote;
}

/**
 * Records the vote and its event, and counts again. `open` says whether the object still waits for votes.
 * @throws AuthorityError authority_unknown_person, authority_wrong_role, authority_initiator, authority_wrong_scheme,
 * authority_wrong_digest, authority_expired, authority_already_voted, authority_not_open, authority_no_tier
 */
export async function castVote(
  tx: Tx,
  ids: Ids,
  input: {
    readonly policy: AuthorityPolicy;
    readonly vote: VerifiedVote;
    readonly subject: VoteSubject;
    readonly open: boolean;
    readonly now: Instant;
  },
): Promise<VoteCast> {
  const { policy, vote, subject, now } = input;
  assertAdmissible(input);
  const { person_id, key_id, scheme, signature, payload } = vote;
  const object_id = subject.object_id;
  const earlier = await tx.get(tables.approval, { object_id, person_id });
  const takes_back = earlier?.vote === "approve" && payload.vote === "deny";
  if (earlier !== undefined && !takes_back) {
    throw refusal(
      "authority_already_voted",
      "This person has already voted on it. One vote counts once; another person has to sign.",
      vote,
    );
  }
  const approval: ApprovalRow = {
    object_id,
    person_id,
    digest: subject.digest,
    key_id,
    scheme,
    vote: payload.vote,
    signature,
    at: now,
  };
  // An approval that was taken back stays in the log; a denial is never taken back.
  if (takes_back) await tx.upsert(tables.approval, approval);
  else await tx.insert(tables.approval, approval);
  const quorum = tally(policy, await votesOn(tx, object_id), subject, now);
  await emit(tx, ids, {
    kind: "approval.voted",
    ref: object_id,
    actor: `person:${person_id}`,
    at: now,
    type: "Manual",
    payload: {
      ...{ object_kind: subject.object_kind, object_id, digest: subject.digest, person_id, key_id, scheme },
      ...{ vote: payload.vote, signature },
      ...{ quorum_state: quorum.state, approvals: quorum.approvals, needed: quorum.needed },
    },
  });
  return { approval, quorum };
}

/** All votes on an object, in order of the people's ids. */
export async function votesOn(tx: Pick<Tx, "find">, object_id: string): Promise<ApprovalRow[]> {
  const votes = await tx.find(tables.approval, {
    where: { object_id },
    order_by: [["person_id", "asc"]],
    limit: VOTES_MAX,
  });
  assert(votes.length < VOTES_MAX, `more than ${VOTES_MAX} votes on ${object_id}`);
  return votes;
}

/** The event of a refused vote; in a transaction of its own, because the refused one is undone. */
export async function emitRefusal(
  tx: Tx,
  ids: Ids,
  vote: SignedVote,
  error: AuthorityError,
  at: Instant,
): Promise<void> {
  const { object_kind, object_id, digest, vote: said } = vote.payload;
  const { code, message } = error;
  const payload = { object_kind, object_id, digest, person_id: vote.person_id, vote: said, code, message };
  await emit(tx, ids, { kind: "approval.refused", ref: object_id, actor: `person:${vote.person_id}`, at, payload });
}

function assertAdmissible(input: {
  readonly policy: AuthorityPolicy;
  readonly vote: SignedVote;
  readonly subject: VoteSubject;
  readonly open: boolean;
  readonly now: Instant;
}): void {
  const { policy, vote, subject, open, now } = input;
  const { payload } = vote;
  const refuse = (code: AuthorityErrorCode, message: string): never => {
    throw refusal(code, message, vote);
  };
  const person = findPerson(policy, vote.person_id);
  if (payload.object_kind !== subject.object_kind || payload.object_id !== subject.object_id) {
    refuse("authority_wrong_digest", "The vote names another object.");
  }
  if (payload.digest !== subject.digest) {
    refuse("authority_wrong_digest", "The vote was signed for another content of this object: look at it again.");
  }
  if (!open) refuse("authority_not_open", "It no longer waits for votes.");
  if (now >= subject.expires_at) refuse("authority_expired", "Its time to be approved has passed.");
  if (isBarred(person.id, subject)) refuse("authority_initiator", "Whoever started it cannot vote on it.");
  if (subject.requirement.kind === "denied") refuse("authority_no_tier", "The policy lets nobody approve this move.");
  if (!hasRole(person, subject.requirement))
    refuse("authority_wrong_role", `${person.name} has no role that may vote on it.`);
  if (payload.vote === "approve" && vote.scheme !== subject.scheme) {
    refuse("authority_wrong_scheme", `It is approved with a signature of ${subject.scheme}.`);
  }
}

function findPerson(policy: AuthorityPolicy, id: string): Person {
  const person = policy.people.find((candidate) => candidate.id === id);
  if (person) return person;
  throw new AuthorityError("authority_unknown_person", `The policy knows no person "${id}".`, { person: id });
}

function refusal(code: AuthorityErrorCode, message: string, vote: SignedVote): AuthorityError {
  return new AuthorityError(code, message, { object: vote.payload.object_id, person: vote.person_id });
}
