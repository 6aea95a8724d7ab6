/**
 * A transfer: one durable intent to move an amount from a wallet to a wallet, from plan to settlement. The plan is frozen
 * when the row is written; a later edit of the configuration never changes what is already moving.
 */
import type { QuorumView } from "../authority/types.ts";
import type { AssetId } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";

export type { CollateralBooks, CollateralDeps } from "./change/collateral_books.ts";

export type TransferState =
  | "planned"
  | "awaiting_approval"
  | "approved"
  | "submitting"
  | "submitted"
  | "settled"
  | "denied"
  | "expired"
  | "cancelled"
  | "held"
  | "failed";

/** What the venue says of a submitted transfer; free of authority over the state machine until identity matches. */
export type VenueStage =
  | "accepted"
  | "pending_approval"
  | "compliance_hold"
  | "signing"
  | "broadcast"
  | "confirming"
  | "final";

/** Who caused it: the daemon's policy, a person, or an emergency level. */
export type TransferCause = "auto_pilot" | "manual" | "emergency";

/** `reserve_to_payee`: a known payment, straight from custody to somebody else's wallet. */
export type TransferDirection = "liquidity_to_reserve" | "reserve_to_liquidity" | "reserve_to_payee" | "internal";

/** Frozen at planning; everything a person approves and a venue is asked. Amounts are decimal strings of base units. */
export interface TransferPlan {
  readonly id: string;
  readonly pool_id: string;
  readonly asset: AssetId;
  readonly network: string;
  readonly instrument: string;
  /** The instrument itself, so that the digest names what moves and not only what we call it: EVM chain id, where it has one. */
  readonly chain_id: number | null;
  /** Token contract; null for the coin of the network. */
  readonly contract: string | null;
  /** Digits of `amount` and `fee_max` behind the point: the asset's. */
  readonly decimals: number;
  /** Digits of the token on its chain; never more than `decimals`. */
  readonly contract_decimals: number;
  readonly from: PlanEnd;
  readonly to: PlanEnd;
  readonly direction: TransferDirection;
  /** Base units of the asset, as a string so that the plan is plain JSON. */
  readonly amount: string;
  readonly fee_max: string;
  readonly cause: TransferCause;
  readonly reason: string;
  readonly decision_id: string | null;
  readonly initiator: string;
  readonly policy_digest: string;
  readonly quorum_needed: number;
  readonly not_before: Instant;
  readonly expires_at: Instant;
  readonly nonce: string;
  /** What people approved in advance and this was planned inside; absent: it needs votes of its own. */
  readonly envelope?: { readonly id: string; readonly digest: string };
  /** The approved exchange of collateral whose second leg this is; its votes count for it. */
  readonly substitution?: { readonly id: string; readonly digest: string };
  /** With `reserve_to_payee`: the known payment that it makes, and no other transfer beside it. */
  readonly obligation?: PaidObligation;
  /** A payment of the wallet to itself: `from` and `to` are the same, the amount is zero, and nothing but the fee leaves. */
  readonly self?: SelfPayment;
}

/** `consolidate`: small coins become one. `hasten`: a transaction that waits is paid for by spending what it brought back or in. */
export type SelfPurpose = "consolidate" | "hasten";

export interface SelfPayment {
  readonly purpose: SelfPurpose;
  /** Base units of the asset that it may take up and give back; as many people are asked as for a payment of so much. */
  readonly touches_max: string;
  /** With `hasten`: the hash of the transaction that waits. Null otherwise. */
  readonly parent: string | null;
}

export interface PaidObligation {
  readonly id: string;
  readonly what: string;
  readonly due_at: Instant;
  /** `person:<id>` or `local`: whoever said that it is due started its payment, and is never counted in the quorum. */
  readonly asked_by: string;
}

export interface PlanEnd {
  readonly venue: string;
  readonly wallet: string;
  readonly role: string;
  readonly address: string;
  readonly memo: string | null;
}

export interface TransferRow {
  id: string;
  pool_id: string;
  asset: AssetId;
  state: TransferState;
  stage: VenueStage | null;
  from_wallet: string;
  to_wallet: string;
  network: string;
  direction: TransferDirection;
  cause: TransferCause;
  amount: bigint;
  fee_max: bigint;
  fee_actual: bigint | null;
  amount_received: bigint | null;
  /** Client reference sent to the venue: the id of the transfer and nothing else. */
  reference: string;
  plan: TransferPlan;
  /** digestOf("transfer", plan): what people approve. */
  digest: string;
  decision_id: string | null;
  /** What the approver of a venue-signed wallet (Safe) signs; null when our digest is signed. */
  signing: SigningRequest | null;
  /** The built request or signed transaction, durable before the first external call. */
  prepared: PreparedSubmit | null;
  venue_ref: string | null;
  tx_hash: string | null;
  confirmations: number | null;
  confirmations_needed: number | null;
  /** Why it is held, failed, denied or delayed: stable code and sentence. */
  note_code: string | null;
  note: string | null;
  created_at: Instant;
  updated_at: Instant;
  submitted_at: Instant | null;
  settled_at: Instant | null;
  next_at: Instant | null;
  attempts: number;
  lease_owner: string | null;
  lease_until: Instant | null;
  fence: number;
  version: number;
}

/** Signatures that a wallet's own protocol collects: of a Safe's owners (EIP-712), of the cosigners of a Bitcoin wallet (BIP 174). */
export type OwnerScheme = "eip712_safe" | "psbt";

/** What a wallet's own owners sign, where a vote is their signature and not one over our digest. */
export interface SigningRequest {
  readonly scheme: OwnerScheme;
  /** 0x-hex, 32 bytes. `eip712_safe`: what is signed. `psbt`: SHA-256 of the PSBT, whose every input is signed. */
  readonly hash: string;
  /** Decoded, for the renderer: what is being signed, in full. */
  readonly typed_data: unknown;
}

/** Made before `submitting`, persisted with it, sent byte for byte, also on every retry. */
export interface PreparedSubmit {
  readonly reference: string;
  readonly body: unknown;
  /** Known before broadcast where the chain allows it. */
  readonly tx_hash: string | null;
  readonly prepared_at: Instant;
  /**
   * What this one takes the place of, oldest first: requests for the same payment that were too slow. Any of them may still take
   * effect, and of all of them at most one.
   */
  readonly earlier?: readonly Omit<PreparedSubmit, "earlier">[];
}

/** What came of a file with owners' signatures. */
export interface ImportedSignatures {
  readonly transfer: TransferRow;
  readonly quorum: QuorumView;
  /** People whose votes were recorded now. */
  readonly accepted: readonly string[];
  /** People whose votes were known already. */
  readonly known: readonly string[];
  /** Others whose valid signatures are in it too: each of them hands it in for themselves, or it counts for nothing. */
  readonly others: readonly string[];
  /** Owners' keys that the policy gives to nobody. */
  readonly strangers: readonly string[];
}

/** What people say became of a held transfer: it was sent, it arrived, or nothing moved. */
export type ResolutionOutcome = "submitted" | "settled" | "failed";
/** `overtaken`: the transfer left `held` by other evidence, so that nothing was left to resolve. */
export type ResolutionState = "open" | "applied" | "denied" | "expired" | "overtaken";

/** Everything people approve when they end a held transfer; frozen when proposed. Amounts are decimal strings of base units. */
export interface ResolutionTerms {
  readonly id: string;
  readonly transfer_id: string;
  readonly transfer_digest: string;
  readonly asset: AssetId;
  readonly amount: string;
  /** The event that put it into `held`: a later hold of the same transfer is another question. */
  readonly held_event: string;
  readonly note_code: string | null;
  readonly note: string | null;
  readonly outcome: ResolutionOutcome;
  readonly venue_ref: string | null;
  readonly tx_hash: string | null;
  /** `settled`: delivered to the destination, net. Null otherwise. */
  readonly amount_received: string | null;
  /** `settled`: taken from the source wallet beside the amount. Null otherwise. */
  readonly fee: string | null;
  readonly evidence: string;
  /** Tickets, letters, links: where the evidence is kept. */
  readonly references: readonly string[];
  /** `person:<id>`; never counted. */
  readonly proposed_by: string;
  readonly created_at: Instant;
  readonly expires_at: Instant;
}

export interface ResolutionRow {
  id: string;
  transfer_id: string;
  state: ResolutionState;
  terms: ResolutionTerms;
  /** digestOf("resolution", terms): what people approve. */
  digest: string;
  created_at: Instant;
  expires_at: Instant;
  ended_at: Instant | null;
}

/** What a person proposes. */
export interface ResolutionDraft {
  readonly transfer_id: string;
  readonly outcome: ResolutionOutcome;
  readonly evidence: string;
  readonly references: readonly string[];
  readonly venue_ref: string | null;
  readonly tx_hash: string | null;
  /** Base units; only with `settled`. */
  readonly amount_received: bigint | null;
  readonly fee: bigint | null;
  /** `person:<id>`. */
  readonly proposed_by: string;
}
