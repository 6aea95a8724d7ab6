/**
 * What each kind of event carries. The daemon writes these and the faces read them; amounts are decimal strings of base units of
 * `asset`, signed only where the name says difference. An event explains itself without any other table.
 */
import type { Json } from "../store/port.ts";
import type { TransferCause, TransferState, VenueStage } from "../transfers/types.ts";
import type { LendingPayloads } from "./payloads_lending.ts";
import type { WalletPayloads } from "./payloads_wallet.ts";
import type { EventKind } from "./types.ts";

/** Who or what moved the money, in the words of the Audit screen. */
export type OperationType = "Manual" | "Auto-Pilot" | "Stress test" | "Emergency";

const OPERATION_BY_CAUSE: Readonly<Record<TransferCause, OperationType>> = {
  auto_pilot: "Auto-Pilot",
  manual: "Manual",
  emergency: "Emergency",
};

export function operationType(cause: TransferCause): OperationType {
  return OPERATION_BY_CAUSE[cause];
}

/** Both sides of a pool, and both wallets, right after the event. */
export type BalancesAfter = {
  readonly liquidity: string;
  readonly reserve: string;
  /** Liquidity share of the total in per cent with 4 decimals; null for an empty pool. */
  readonly share_percent: string | null;
  readonly from_wallet: string | null;
  readonly to_wallet: string | null;
};

/** What every event of a transfer says about it. */
export type TransferFacts = {
  readonly pool_id: string;
  readonly asset: string;
  readonly from_wallet: string;
  readonly to_wallet: string;
  readonly network: string;
  readonly direction: string;
  readonly amount: string;
};

/** What every event of a known payment says about it. */
export type ObligationFacts = {
  readonly obligation_id: string;
  readonly pool_id: string;
  readonly asset: string;
  readonly direction: "in" | "out";
  readonly amount: string;
  readonly due_at: number;
  readonly what: string;
  /** Paid to it straight from custody; absent: paid from the liquidity side. */
  readonly payee?: string;
};

/** What every event of an announced flow says about it. */
export type ExpectedFlowFacts = {
  readonly expected_flow_id: string;
  readonly wallet_id: string;
  readonly reference: string;
  readonly asset: string;
  readonly direction: "in" | "out";
  readonly amount: string;
  readonly destination: string | null;
  readonly tx_hash: string | null;
  readonly from_at: number;
  readonly until_at: number;
  readonly state: string;
  readonly movement_id: string | null;
};

export type EventPayloads = WalletPayloads &
  LendingPayloads & {
    "daemon.started": {
      readonly instance_id: string;
      readonly version: string;
      readonly mode: string;
      /** By pool. */
      readonly policy_digests: { readonly [pool_id: string]: string };
    };
    "daemon.stopped": { readonly instance_id: string; readonly reason: string };
    "mode.changed": {
      readonly from: string;
      readonly to: string;
      readonly reason: string;
      /** The signed vote that allowed it; null where none is needed. */
      readonly vote: Json;
    };
    "wallet.observed": {
      readonly wallet_id: string;
      readonly asset: string;
      readonly total: string | null;
      readonly available: string | null;
      readonly as_of: number | null;
      readonly freshness: string;
      readonly source: string;
      readonly error: string | null;
    };
    "movement.booked": {
      readonly wallet_id: string;
      readonly movement_id: string;
      readonly asset: string;
      readonly direction: "in" | "out";
      readonly amount: string;
      readonly fee: string;
      readonly counterparty: string | null;
      readonly tx_hash: string | null;
      readonly transfer_id: string | null;
      readonly posting_id: string | null;
    };
    "decision.made": {
      readonly pool_id: string;
      readonly asset: string;
      readonly decision_id: string;
      readonly verdict: string;
      readonly severity: string;
      readonly codes: readonly string[];
      readonly policy_digest: string;
      readonly cause: string;
      readonly moves: readonly {
        readonly from_wallet: string;
        readonly to_wallet: string;
        readonly amount: string;
        readonly fee: string;
      }[];
    };
    "transfer.planned": TransferFacts & {
      readonly fee_max: string;
      readonly digest: string;
      readonly decision_id: string | null;
      readonly initiator: string;
      readonly quorum_needed: number;
      readonly reason: string;
      /** The frozen plan, so that the digest can be recomputed from the log alone. */
      readonly plan: Json;
    };
    "transfer.state": TransferFacts & {
      readonly from_state: TransferState;
      readonly to_state: TransferState;
      /** What the move cost in all; null until known. */
      readonly fee: string | null;
      readonly amount_received: string | null;
      readonly venue_ref: string | null;
      readonly tx_hash: string | null;
      readonly note_code: string | null;
      readonly note: string | null;
      /** Null where a balance of the pool is not known. */
      readonly balances_after: BalancesAfter | null;
    };
    "transfer.stage": TransferFacts & {
      readonly from_stage: VenueStage | null;
      readonly to_stage: VenueStage;
      readonly confirmations: number | null;
      readonly confirmations_needed: number | null;
      readonly tx_hash: string | null;
      /** The venue's own word. */
      readonly raw_status: string;
    };
    /** A person asks the venue to withdraw it (`asked`), and what the venue said to that. */
    "transfer.cancel": TransferFacts & {
      readonly venue_ref: string | null;
      readonly step: string;
      readonly text: string;
    };
    /** A proposal of people to end a held transfer, when it is made and when it ends. */
    "transfer.resolution": TransferFacts & {
      readonly resolution_id: string;
      readonly state: string;
      readonly outcome: string;
      readonly digest: string;
      readonly evidence: string;
      /** Everything that is approved: the bytes behind `digest`. */
      readonly terms: Json;
      readonly approvals: readonly string[];
    };
    "approval.voted": {
      readonly object_kind: string;
      readonly object_id: string;
      readonly digest: string;
      readonly person_id: string;
      readonly key_id: string;
      readonly scheme: string;
      readonly vote: string;
      readonly signature: string;
      readonly quorum_state: string;
      readonly approvals: readonly string[];
      readonly needed: number;
    };
    /** An owner's signature that came back in a file and is nobody's vote. */
    "signature.given": {
      readonly object_kind: string;
      readonly object_id: string;
      readonly digest: string;
      /** Null: the policy gives the key to nobody. */
      readonly person_id: string | null;
      readonly key_id: string;
      readonly scheme: string;
      readonly signature: string;
    };
    "approval.refused": {
      readonly object_kind: string;
      readonly object_id: string;
      readonly digest: string;
      readonly person_id: string;
      readonly vote: string;
      readonly code: string;
      readonly message: string;
    };
    "break.opened": {
      readonly wallet_id: string;
      readonly asset: string;
      readonly difference: string;
      readonly expected: string;
      /** Null when the balance was not known at that moment. */
      readonly venue: string | null;
      readonly cause: string;
      readonly break_id: string;
      readonly break_kind: string;
      readonly movement_id: string | null;
      readonly candidates: readonly string[];
    };
    "break.closed": {
      readonly wallet_id: string;
      readonly asset: string;
      /** The difference it had last. */
      readonly difference: string;
      readonly open_ms: number;
      readonly break_id: string;
      readonly closed_by: string;
      readonly resolution_id: string | null;
    };
    /** A proposal of people to close a break, when it is made and when it ends. */
    "break.resolution": {
      readonly wallet_id: string;
      readonly asset: string;
      readonly break_id: string;
      readonly difference: string;
      readonly resolution_id: string;
      readonly state: string;
      readonly remedy: string;
      readonly digest: string;
      readonly evidence: string;
      /** Everything that is approved: the bytes behind `digest`. */
      readonly terms: Json;
      readonly approvals: readonly string[];
      readonly posting_id: string | null;
    };
    /** Approval in advance for refills from custody: when it is proposed, becomes valid and ends. */
    "envelope.state": {
      readonly envelope_id: string;
      readonly pool_id: string;
      readonly asset: string;
      readonly state: string;
      readonly reason: string;
      readonly amount_max: string;
      readonly amount_total: string;
      readonly digest: string;
      /** Everything that is approved: the bytes behind `digest`. */
      readonly terms: Json;
      readonly approvals: readonly string[];
    };
    /** A transfer was planned inside an envelope and takes room in it. */
    "envelope.used": {
      readonly envelope_id: string;
      readonly pool_id: string;
      readonly asset: string;
      readonly transfer_id: string;
      readonly digest: string;
      readonly amount: string;
      /** Left after it. */
      readonly amount_remaining: string;
      readonly count_remaining: number;
    };
    /** A search in a pool's own history: what it proposes or why nothing, and what people make of it. */
    "policy.tuning": {
      readonly pool_id: string;
      /** Null where nothing is proposed. */
      readonly proposal_id: string | null;
      /** `nothing`, or the proposal's state. */
      readonly state: string;
      readonly from_digest: string | null;
      readonly to_digest: string | null;
      readonly sentence: string;
    };
    /** Every wallet compared anew, and the books with themselves. */
    "reconciliation.full": {
      readonly wallets: number;
      readonly unread: readonly string[];
      readonly breaks_open: number;
      readonly found_late: number;
      readonly problems: readonly string[];
    };
    "price.state": {
      readonly asset: string;
      readonly currency: string;
      readonly from_status: string | null;
      readonly to_status: string;
      readonly sources: number;
      readonly spread_ppm: number | null;
      readonly as_of: number | null;
    };
    "venue.state": {
      readonly venue_id: string;
      readonly from_state: string | null;
      readonly to_state: string;
      readonly message: string;
    };
    "obligation.added": ObligationFacts & { readonly source: string; readonly reference: string | null };
    "expected_flow.added": ExpectedFlowFacts;
    "expected_flow.closed": ExpectedFlowFacts;
    "obligation.closed": ObligationFacts & { readonly state: string; readonly note: string | null };
    /** A detector found something; `action` is what was done about it. */
    "anomaly.found": {
      readonly pool_id: string;
      readonly asset: string;
      readonly detector: string;
      readonly severity: string;
      readonly subject: string;
      readonly observed: string;
      readonly expected: string;
      readonly limit: string;
      readonly sentence: string;
      readonly action: string;
    };
    /** A person lets go on what a finding stopped. */
    "anomaly.lifted": {
      readonly pool_id: string;
      readonly asset: string;
      readonly what: string;
      readonly reason: string;
    };
    "alert.raised": { readonly code: string; readonly severity: string; readonly message: string };
  };

/** A kind without a payload does not compile. */
export type PayloadOf<K extends EventKind> = EventPayloads[K];
