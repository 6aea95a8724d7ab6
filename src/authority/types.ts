/** Who may let money out: people, their keys, quorums, votes bound to the digest of exactly one object. */
import type { AssetId } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import type { TransferDirection } from "../transfers/types.ts";

export type Role = "viewer" | "operator" | "approver" | "admin" | "auditor";
export type Scheme = "ed25519" | "eip712_safe";

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly keys: readonly PersonKey[];
}

export interface PersonKey {
  readonly key_id: string;
  readonly scheme: Scheme;
  /** Ed25519: 32-byte public key in hex. EIP-712: the owner's checksummed address. */
  readonly public_key: string;
}

/** Approvals needed from this amount on, for one direction; the highest tier reached applies. */
export interface QuorumTier {
  readonly asset: AssetId | "*";
  readonly direction: TransferDirection;
  readonly from_amount: bigint;
  readonly approvals_needed: number;
  readonly roles: readonly Role[];
}

export interface AuthorityPolicy {
  readonly people: readonly Person[];
  readonly tiers: readonly QuorumTier[];
  readonly approval_lifetime_ms: number;
}

export type Vote = "approve" | "deny";

/** What a person signs: the object's digest and the vote, under a domain of its own. */
export interface VotePayload {
  readonly object_kind: "transfer" | "resume" | "resolution" | "break" | "envelope";
  readonly object_id: string;
  readonly digest: string;
  readonly vote: Vote;
}

export interface SignedVote {
  readonly payload: VotePayload;
  readonly person_id: string;
  readonly key_id: string;
  readonly scheme: Scheme;
  /** Hex. Ed25519 over `voteMessage(payload)`; for eip712_safe the owner's 65-byte signature of the signing hash. */
  readonly signature: string;
}

export interface ApprovalRow {
  object_id: string;
  person_id: string;
  digest: string;
  key_id: string;
  scheme: Scheme;
  vote: Vote;
  signature: string;
  at: Instant;
}

/** Checks one signature; adapters per scheme live outside the pure rooms. */
export type SignatureVerifier = (input: {
  scheme: Scheme;
  public_key: string;
  message: Uint8Array;
  signature: string;
}) => Promise<boolean>;

export type QuorumState = "pending" | "complete" | "denied";

export interface QuorumView {
  readonly state: QuorumState;
  readonly needed: number;
  readonly approvals: readonly string[];
  readonly denied_by: string | null;
  /** People who may still vote. */
  readonly eligible: readonly string[];
}
