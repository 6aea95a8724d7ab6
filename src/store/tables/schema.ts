/**
 * Every table, once, as data. The SQL of the same tables is in `migrations/`; a test compares the two. Times are instants in
 * milliseconds, amounts are base units.
 */

import type { CheckpointRow, EventRow, LeafRow } from "../../audit/types.ts";
import type { ApprovalRow } from "../../authority/types.ts";
import type { AccountRow, BreakResolutionRow, BreakRow, EntryRow, HoldRow, PostingRow } from "../../ledger/types.ts";
import type { AssetId } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { ResolutionRow, TransferRow } from "../../transfers/types.ts";
import type { Json } from "../port.ts";
import { amount, bool, defineTable, int, json, nullable, text, time } from "./columns.ts";
import { envelope, envelopeUse } from "./envelope_tables.ts";
import * as lending from "./lending_tables.ts";
import { idempotency } from "./schema_idempotency.ts";
import { policy_proposal } from "./schema_tuning.ts";

export { policy_proposal };

import { obligation } from "./schema_obligation.ts";

export { type ObligationRow, obligation } from "./schema_obligation.ts";

import { expectedFlow } from "./schema_expected_flow.ts";

export { type ExpectedFlowRow, expectedFlow } from "./schema_expected_flow.ts";

import { walletProposal, walletStanding } from "./schema_wallet.ts";

export { walletProposal, walletStanding };

/** Small singletons: mode, cursors, the sealer's frontier. */
export interface ControlRow {
  name: string;
  value: Json;
  version: number;
  updated_at: Instant;
}
export const control = defineTable<ControlRow>({
  name: "control",
  columns: { name: text(), value: json(), version: int(), updated_at: time() },
  key: ["name"],
});

/** One owner of a job at a time; `fence` only grows. */
export interface LeaseRow {
  name: string;
  owner: string;
  until: Instant;
  fence: number;
}
export const lease = defineTable<LeaseRow>({
  name: "lease",
  columns: { name: text(), owner: text(), until: time(), fence: int() },
  key: ["name"],
});

/** The last known balance of each wallet; survives a restart and is shown with its age. */
export interface BalanceRow {
  wallet_id: string;
  venue_id: string;
  asset: AssetId;
  total: bigint;
  available: bigint;
  pending_in: bigint;
  pending_out: bigint;
  locked: bigint;
  as_of: Instant;
  height: string | null;
  pending_readable: boolean;
  received_at: Instant;
  /** poll, push or manual. */
  source: string;
  /** Last failed read after this balance: sentence; null when the last read succeeded. */
  error: string | null;
  movement_cursor: string | null;
}
export const balance = defineTable<BalanceRow>({
  name: "balance",
  columns: {
    wallet_id: text(),
    venue_id: text(),
    asset: text(),
    total: amount(),
    available: amount(),
    pending_in: amount(),
    pending_out: amount(),
    locked: amount(),
    as_of: time(),
    height: nullable(text()),
    pending_readable: bool(),
    received_at: time(),
    source: text(),
    error: nullable(text()),
    movement_cursor: nullable(text()),
  },
  key: ["wallet_id"],
});

/** Every movement a venue reported, once. */
export interface MovementRow {
  wallet_id: string;
  movement_id: string;
  direction: "in" | "out";
  asset: AssetId;
  amount: bigint;
  fee: bigint;
  reference: string | null;
  tx_hash: string | null;
  counterparty: string | null;
  at: Instant;
  height: string | null;
  /** Our own transfer it belongs to; null: a customer's or an unexpected movement. */
  transfer_id: string | null;
  /** In no book yet: nobody of ours made it and no customer may; it waits for its transfer, or for people. */
  unexplained: boolean;
  /** The network took it back with its transfer; it counts again when its transfer settles or when it is listed again. */
  gone: boolean;
}
export const movement = defineTable<MovementRow>({
  name: "movement",
  columns: {
    wallet_id: text(),
    movement_id: text(),
    direction: text<"in" | "out">(),
    asset: text(),
    amount: amount(),
    fee: amount(),
    reference: nullable(text()),
    tx_hash: nullable(text()),
    counterparty: nullable(text()),
    at: time(),
    height: nullable(text()),
    transfer_id: nullable(text()),
    unexplained: bool(),
    gone: bool(),
  },
  key: ["wallet_id", "movement_id"],
  indexes: [["transfer_id"], ["wallet_id", "at"], ["wallet_id", "unexplained"]],
});

/** Every decision, "do nothing" included; an unchanged one only raises `repeats`. */
export interface DecisionRow {
  id: string;
  pool_id: string;
  verdict: string;
  severity: string;
  /** Verdict, codes and moves: two decisions with the same fingerprint say the same. */
  fingerprint: string;
  policy_digest: string;
  snapshot: Json;
  decision: Json;
  /** What a model in the shadow would have decided; null without one. */
  shadow: Json | null;
  cause: string;
  repeats: number;
  at: Instant;
  last_at: Instant;
}
export const decision = defineTable<DecisionRow>({
  name: "decision",
  columns: {
    id: text(),
    pool_id: text(),
    verdict: text(),
    severity: text(),
    fingerprint: text(),
    policy_digest: text(),
    snapshot: json(),
    decision: json(),
    cause: text(),
    repeats: int(),
    at: time(),
    last_at: time(),
    shadow: nullable(json()),
  },
  key: ["id"],
  indexes: [["pool_id", "at"]],
});

/** What a pool's flows have taught so far. It can be lost: it is rebuilt from the movements. */
export interface FlowForecastRow {
  pool_id: string;
  /** Of what the state remembers; another shape is learned anew. */
  shape: string;
  /** Everything before this instant was seen. */
  through: Instant;
  state: Json;
  updated_at: Instant;
}
export const flow_forecast = defineTable<FlowForecastRow>({
  name: "flow_forecast",
  columns: { pool_id: text(), shape: text(), through: time(), state: json(), updated_at: time() },
  key: ["pool_id"],
});

/** Every policy a decision was made under; a digest says all of it, so a row never changes. */
export interface PolicyVersionRow {
  digest: string;
  pool_id: string;
  policy: Json;
  first_used_at: Instant;
}
export const policy_version = defineTable<PolicyVersionRow>({
  name: "policy_version",
  columns: { digest: text(), pool_id: text(), policy: json(), first_used_at: time() },
  key: ["digest"],
});

export const transfer = defineTable<TransferRow>({
  name: "transfer",
  columns: {
    id: text(),
    pool_id: text(),
    asset: text(),
    state: text(),
    stage: nullable(text()),
    from_wallet: text(),
    to_wallet: text(),
    network: text(),
    direction: text(),
    cause: text(),
    amount: amount(),
    fee_max: amount(),
    fee_actual: nullable(amount()),
    amount_received: nullable(amount()),
    reference: text(),
    plan: json(),
    digest: text(),
    decision_id: nullable(text()),
    signing: nullable(json()),
    prepared: nullable(json()),
    venue_ref: nullable(text()),
    tx_hash: nullable(text()),
    confirmations: nullable(int()),
    confirmations_needed: nullable(int()),
    note_code: nullable(text()),
    note: nullable(text()),
    created_at: time(),
    updated_at: time(),
    submitted_at: nullable(time()),
    settled_at: nullable(time()),
    next_at: nullable(time()),
    attempts: int(),
    lease_owner: nullable(text()),
    lease_until: nullable(time()),
    fence: int(),
    version: int(),
  },
  key: ["id"],
  unique: [["reference"]],
  indexes: [["state"], ["next_at"], ["tx_hash"], ["created_at"], ["submitted_at"]],
});

/** Proposals of people to end a held transfer. */
export const resolution = defineTable<ResolutionRow>({
  name: "resolution",
  columns: {
    id: text(),
    transfer_id: text(),
    state: text(),
    terms: json(),
    digest: text(),
    created_at: time(),
    expires_at: time(),
    ended_at: nullable(time()),
  },
  key: ["id"],
  indexes: [["transfer_id"], ["state"]],
});

export const approval = defineTable<ApprovalRow>({
  name: "approval",
  columns: {
    object_id: text(),
    person_id: text(),
    digest: text(),
    key_id: text(),
    scheme: text(),
    vote: text(),
    signature: text(),
    at: time(),
  },
  key: ["object_id", "person_id"],
});

export const account = defineTable<AccountRow>({
  name: "account",
  columns: {
    id: text(),
    kind: text(),
    owner: text(),
    asset: text(),
    side: text(),
    posted: amount(),
    held: amount(),
    entry_count: int(),
  },
  key: ["id"],
  indexes: [["asset"]],
});

export const posting = defineTable<PostingRow>({
  name: "posting",
  columns: { id: text(), key: text(), digest: text(), kind: text(), ref: text(), memo: text(), at: time() },
  key: ["id"],
  unique: [["key"]],
  indexes: [["ref"]],
});

export const entry = defineTable<EntryRow>({
  name: "entry",
  columns: {
    account_id: text(),
    seq: int(),
    posting_id: text(),
    side: text(),
    amount: amount(),
    balance_after: amount(),
    at: time(),
  },
  key: ["account_id", "seq"],
  indexes: [["posting_id"]],
});

export const hold = defineTable<HoldRow>({
  name: "hold",
  columns: { id: text(), account_id: text(), amount: amount(), state: text(), ref: text(), at: time() },
  key: ["id"],
  indexes: [["account_id", "state"]],
});

export const breaks = defineTable<BreakRow>({
  name: "break",
  columns: {
    id: text(),
    wallet_id: text(),
    asset: text(),
    difference: amount(),
    opened_at: time(),
    last_seen_at: time(),
    closed_at: nullable(time()),
    cause: text(),
    kind: text(),
    movement_id: nullable(text()),
    causes: json(),
    freezes: bool(),
    closed_by: nullable(text()),
    resolution_id: nullable(text()),
  },
  key: ["id"],
  indexes: [
    ["wallet_id", "closed_at"],
    ["asset", "closed_at"],
  ],
});

/** Proposals of people to close a break. */
export const breakResolution = defineTable<BreakResolutionRow>({
  name: "break_resolution",
  columns: {
    id: text(),
    break_id: text(),
    state: text(),
    terms: json(),
    digest: text(),
    created_at: time(),
    expires_at: time(),
    ended_at: nullable(time()),
    posting_id: nullable(text()),
  },
  key: ["id"],
  indexes: [["break_id"], ["state"]],
});

export { envelope, envelopeUse } from "./envelope_tables.ts";
export * from "./lending_tables.ts";

export const event = defineTable<EventRow>({
  name: "event",
  columns: {
    id: text(),
    kind: text(),
    ref: text(),
    actor: text(),
    at: time(),
    type: nullable(text()),
    payload: json(),
    seq: nullable(int()),
  },
  key: ["id"],
  unique: [["seq"]],
  indexes: [["ref"], ["kind"], ["at"]],
});

export const leaf = defineTable<LeafRow>({
  name: "leaf",
  columns: { seq: int(), event_id: text(), leaf: text() },
  key: ["seq"],
  unique: [["event_id"]],
});

export const checkpoint = defineTable<CheckpointRow>({
  name: "checkpoint",
  columns: { size: int(), root: text(), note: text(), key_id: text(), at: time() },
  key: ["size"],
});

export { type IdempotencyRow, idempotency } from "./schema_idempotency.ts";

export const TABLES = {
  control,
  lease,
  balance,
  movement,
  decision,
  policy_version,
  policy_proposal,
  flow_forecast,
  transfer,
  resolution,
  approval,
  account,
  posting,
  entry,
  hold,
  breaks,
  breakResolution,
  envelope,
  envelopeUse,
  event,
  leaf,
  checkpoint,
  idempotency,
  obligation,
  walletStanding,
  walletProposal,
  expectedFlow,
  ...lending,
};
