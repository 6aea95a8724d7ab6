/** Who may let money out: people, their keys, quorums, votes bound to the digest of exactly one object. */
import type { AssetId } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import type { OwnerScheme, PlanEnd, TransferDirection } from "../transfers/types.ts";

export type Role = "viewer" | "operator" | "approver" | "admin" | "auditor" | "back_office";
export type Scheme = "ed25519" | OwnerScheme;

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  readonly keys: readonly PersonKey[];
}

export interface PersonKey {
  readonly key_id: string;
  readonly scheme: Scheme;
  /** Ed25519: 32-byte public key in hex. EIP-712: the owner's checksummed address. PSBT: the cosigner's key with its origin. */
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

/** Kinds of object that people vote on. */
export type ObjectKind =
  | "transfer"
  | "resume"
  | "resolution"
  | "break"
  | "envelope"
  | "facility"
  | "extension"
  | "substitution"
  | "wallet";

/** What a person signs: the object's digest and the vote, under a domain of its own. */
export interface VotePayload {
  readonly object_kind: ObjectKind;
  readonly object_id: string;
  readonly digest: string;
  readonly vote: Vote;
}

export interface SignedVote {
  readonly payload: VotePayload;
  readonly person_id: string;
  readonly key_id: string;
  readonly scheme: Scheme;
  /**
   * Hex. Ed25519 over `voteMessage(payload)`; for eip712_safe the owner's 65-byte signature of the signing hash; for psbt the
   * cosigner's 64-byte signature of each input, in order.
   */
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

/** `open`: people still vote on it. `active`: its quorum was complete; whether it may be used is judged at every use. */
export type EnvelopeState = "open" | "active" | "denied" | "expired" | "revoked";

/** Everything people approve; frozen when proposed. Amounts are decimal strings of base units. */
export interface EnvelopeTerms {
  readonly id: string;
  readonly pool_id: string;
  readonly asset: AssetId;
  /** Digits of the amounts behind the point: the asset's. */
  readonly decimals: number;
  readonly from: readonly Pick<PlanEnd, "venue" | "wallet">[];
  /** Entries of the address book as they were when it was proposed; another address is another destination. */
  readonly to: readonly EnvelopeDestination[];
  /** Of one transfer, without its fee. */
  readonly amount_max: string;
  /** Of all transfers together, without their fees. */
  readonly amount_total: string;
  readonly count_max: number;
  readonly valid_from: Instant;
  readonly valid_until: Instant;
  readonly reason: string;
  /** `person:<id>`; never counted. */
  readonly proposed_by: string;
  readonly created_at: Instant;
  /** Until when it may be approved. */
  readonly expires_at: Instant;
}

export interface EnvelopeDestination extends Pick<PlanEnd, "venue" | "wallet" | "address" | "memo"> {
  readonly network: string;
}

export interface EnvelopeRow {
  id: string;
  pool_id: string;
  state: EnvelopeState;
  terms: EnvelopeTerms;
  /** digestOf("envelope", terms): what people approve. */
  digest: string;
  created_at: Instant;
  valid_until: Instant;
  ended_at: Instant | null;
  /** Rises with every change and every use. */
  version: number;
}

/** One transfer that was planned inside an envelope; it takes room for as long as it may be, or was, sent. */
export interface EnvelopeUseRow {
  transfer_id: string;
  envelope_id: string;
  amount: bigint;
  at: Instant;
}

/** What other transfers already take of it. */
export interface EnvelopeTaken {
  readonly amount: bigint;
  readonly count: number;
}
