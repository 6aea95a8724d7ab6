/** What every object that people vote on shows alike: the exact text, its digest, what a key signs, and the count. */
import { type QuorumView, type VotePayload, voteText } from "../../authority/index.ts";
import { canonicalJson } from "../../digest/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { Quorum, SignedVoteBody } from "../schemas/index.ts";
import { printTime, printTimeOrNull } from "./printer.ts";

const GROUP_LENGTH = 4;

/** The digest in groups of four: "1f3a 09bc …". */
export function digestGroups(digest: string): string[] {
  return digest.replace(/^0x/, "").match(new RegExp(`.{1,${GROUP_LENGTH}}`, "g")) ?? [];
}

export function viewQuorum(quorum: QuorumView): Quorum {
  const { state, needed, denied_by } = quorum;
  return { state, needed, approvals: [...quorum.approvals], denied_by, eligible: [...quorum.eligible] };
}

export interface SignedObject<K extends SignedVoteBody["payload"]["object_kind"]> {
  readonly object_kind: K;
  readonly object_id: string;
  /** What the digest is made of, whole. */
  readonly payload: unknown;
  readonly digest: string;
  readonly expires_at: Instant;
}

export function viewSigned<K extends SignedVoteBody["payload"]["object_kind"]>(
  { object_kind, object_id, payload, digest, expires_at }: SignedObject<K>,
  quorum: QuorumView,
) {
  const vote = (said: VotePayload["vote"]): string => voteText({ object_kind, object_id, digest, vote: said });
  return {
    ...{ object_kind, object_id, payload_text: canonicalJson(payload), digest, digest_groups: digestGroups(digest) },
    vote_message: { approve: vote("approve"), deny: vote("deny") },
    quorum: viewQuorum(quorum),
    expires_at: printTime(expires_at),
  };
}

/** A proposal as it is stored: its terms say who proposed it and until when it may be approved. */
export interface StoredProposal {
  readonly id: string;
  readonly digest: string;
  readonly terms: { readonly proposed_by: string; readonly expires_at: Instant };
  readonly created_at: Instant;
  readonly ended_at: Instant | null;
}

export function viewProposal<K extends SignedVoteBody["payload"]["object_kind"]>(
  object_kind: K,
  { id, digest, terms, created_at, ended_at }: StoredProposal,
  quorum: QuorumView,
) {
  const { proposed_by, expires_at } = terms;
  return {
    ...viewSigned({ object_kind, object_id: id, payload: terms, digest, expires_at }, quorum),
    ...{ proposed_by, created_at: printTime(created_at), ended_at: printTimeOrNull(ended_at) },
  };
}
