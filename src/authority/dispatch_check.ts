/**
 * The last look before money leaves. Nothing that was true when people approved is taken for granted: the digest is computed
 * again, every counted signature is verified again, the quorum is counted under the policy of now, and time, mode and destination
 * are checked again.
 */
import type { Mode } from "../policy/types.ts";
import type { Instant } from "../ports/index.ts";
import type { TransferPlan, TransferRow } from "../transfers/types.ts";
import { assertDestination, type Destinations } from "./address_book.ts";
import { signedBytes, transferDigest } from "./digest.ts";
import { fitProblem, standingProblem } from "./envelope.ts";
import { AuthorityError, type AuthorityErrorCode } from "./errors.ts";
import { keyOf, tally } from "./quorum.ts";
import { envelopeSubject, substitutionSubject, transferSubject } from "./subject.ts";
import { type SubstitutionFile, substitutionProblem } from "./substitution.ts";
import type {
  ApprovalRow,
  AuthorityPolicy,
  EnvelopeRow,
  EnvelopeTaken,
  QuorumView,
  SignatureVerifier,
  VotePayload,
} from "./types.ts";

export interface DispatchInput extends Destinations {
  readonly transfer: TransferRow;
  readonly votes: readonly ApprovalRow[];
  /** Of the envelope that the plan names; null or absent: none, and only votes on the transfer itself let it go. */
  readonly envelope?: EnvelopeFile | null;
  /** Of the exchange of collateral that the plan is the second leg of. */
  readonly substitution?: SubstitutionFile | null;
  readonly authority: AuthorityPolicy;
  readonly verifier: SignatureVerifier;
  readonly mode: Mode;
  readonly now: Instant;
}

/** An envelope with the votes on it and what transfers other than the one in question take of it. */
export interface EnvelopeFile {
  readonly row: EnvelopeRow;
  readonly votes: readonly ApprovalRow[];
  readonly taken: EnvelopeTaken;
}

/**
 * Passes with the quorum that allows it, or says why nothing may be sent. No I/O: safe inside a transaction.
 * @throws AuthorityError authority_frozen, authority_wrong_digest, authority_too_early, authority_expired, authority_no_tier,
 * authority_quorum_missing, authority_envelope_unusable, authority_substitution_unusable, authority_destination_unknown, authority_destination_changed, authority_wrong_destination_role
 */
export async function checkDispatch(input: DispatchInput): Promise<QuorumView> {
  const { transfer, authority, mode, now } = input;
  const { plan } = transfer;
  const refuse = (code: AuthorityErrorCode, message: string): never => {
    throw new AuthorityError(code, message, { transfer: transfer.id });
  };
  if (mode === "frozen") refuse("authority_frozen", "The treasury is frozen: nothing new is sent.");
  if (mode === "observe") refuse("authority_frozen", "The mode is observe: nothing moves until it is advise or auto.");
  if (transferDigest(plan) !== transfer.digest || !rowSaysThePlan(transfer, plan)) {
    refuse("authority_wrong_digest", "The transfer is not what was approved.");
  }
  if (now < plan.not_before) refuse("authority_too_early", "It may not be sent yet.");
  if (now >= plan.expires_at) refuse("authority_expired", "Its time to be sent has passed.");
  assertDestination(plan, input);
  const subject = transferSubject(authority, transfer);
  if (subject.requirement.kind === "denied") refuse("authority_no_tier", "The policy does not allow this move.");
  const votes = await genuineVotes(input.votes, { ...input, object_kind: "transfer", object_id: transfer.id });
  const quorum = tally(authority, votes, subject, now);
  if (quorum.state === "pending" && plan.envelope !== undefined) {
    await assertEnvelope(input);
    return quorum;
  }
  if (quorum.state === "pending" && plan.substitution !== undefined) {
    await assertSubstitution(input);
    return quorum;
  }
  if (quorum.state !== "complete") {
    refuse("authority_quorum_missing", `${quorum.approvals.length} of ${quorum.needed} approvals count now.`);
  }
  return quorum;
}

/**
 * The envelope that the plan names lets it go without votes of its own: it stands now, and this transfer fits into what is left.
 * @throws AuthorityError authority_envelope_unusable
 */
export async function assertEnvelope(
  input: Pick<DispatchInput, "transfer" | "envelope" | "authority" | "verifier" | "now">,
): Promise<void> {
  const { transfer, envelope, now } = input;
  const { plan } = transfer;
  const refuse = (why: string): never => {
    const message = `The envelope does not cover it: ${why}.`;
    throw new AuthorityError("authority_envelope_unusable", message, { transfer: transfer.id });
  };
  if (envelope === undefined || envelope === null || plan.envelope === undefined) return refuse("there is none");
  const { row, taken } = envelope;
  if (row.id !== plan.envelope.id || row.digest !== plan.envelope.digest) refuse("it was planned under another one");
  // Owners of a wallet that collects their signatures have to sign every payment themselves.
  if (transfer.signing !== null) refuse("the wallet's own owners have to sign each payment");
  const problem = standingProblem(row, await envelopeQuorum(envelope, input), now) ?? fitProblem(row, plan, taken);
  if (problem !== null) refuse(problem);
}

/** The votes on an envelope as they count now, signatures verified again. */
export async function envelopeQuorum(
  { row, votes }: Pick<EnvelopeFile, "row" | "votes">,
  { authority, verifier, now }: Pick<DispatchInput, "authority" | "verifier" | "now">,
): Promise<QuorumView> {
  const about = { authority, verifier, object_kind: "envelope", object_id: row.id } as const;
  return tally(authority, await genuineVotes(votes, about), envelopeSubject(authority, row), now);
}

/**
 * The exchange of collateral that the plan names lets its second leg go without votes of its own: people approved exactly this
 * release, and nothing but it, together with what had to come first.
 * @throws AuthorityError authority_substitution_unusable
 */
export async function assertSubstitution(
  input: Pick<DispatchInput, "transfer" | "substitution" | "authority" | "verifier" | "now">,
): Promise<void> {
  const { transfer, substitution, authority, verifier, now } = input;
  const refuse = (why: string): never => {
    const message = `The approved exchange of collateral does not cover it: ${why}.`;
    throw new AuthorityError("authority_substitution_unusable", message, { transfer: transfer.id });
  };
  if (substitution === undefined || substitution === null) return refuse("there is none");
  // Owners of a wallet that collects their signatures have to sign every payment themselves.
  if (transfer.signing !== null) refuse("the wallet's own owners have to sign each payment");
  const { row, facility, votes } = substitution;
  const about = { authority, verifier, object_kind: "substitution", object_id: row.id } as const;
  const quorum = tally(authority, await genuineVotes(votes, about), substitutionSubject(authority, row, facility), now);
  const problem = substitutionProblem(substitution, transfer, quorum, now);
  if (problem !== null) refuse(problem);
}

/** A row without a signature that verifies now is no vote, whoever wrote it. A denial stands in any case: it only stops. */
async function genuineVotes(
  votes: readonly ApprovalRow[],
  about: Pick<DispatchInput, "authority" | "verifier"> &
    Pick<VotePayload, "object_kind" | "object_id"> & { readonly transfer?: TransferRow },
): Promise<ApprovalRow[]> {
  const { authority, verifier, object_kind, object_id, transfer } = about;
  const genuine: ApprovalRow[] = [];
  for (const row of votes) {
    const person = authority.people.find(({ id }) => id === row.person_id);
    const key = person && keyOf(person, row);
    if (key === undefined) continue;
    const { digest, vote, scheme, signature } = row;
    const payload = { object_kind, object_id, digest, vote } as const;
    const message = signedBytes(payload, scheme === "ed25519" ? null : (transfer?.signing ?? null));
    const valid = await verifier({ scheme, public_key: key.public_key, message, signature });
    if (valid || vote === "deny") genuine.push(row);
  }
  return genuine;
}

/** The columns of the row are copies for queries; one that says otherwise was tampered with. */
function rowSaysThePlan(transfer: TransferRow, plan: TransferPlan): boolean {
  return (
    transfer.id === plan.id &&
    transfer.reference === plan.id &&
    transfer.pool_id === plan.pool_id &&
    transfer.asset === plan.asset &&
    transfer.network === plan.network &&
    transfer.direction === plan.direction &&
    transfer.from_wallet === plan.from.wallet &&
    transfer.to_wallet === plan.to.wallet &&
    transfer.amount.toString() === plan.amount &&
    transfer.fee_max.toString() === plan.fee_max
  );
}
