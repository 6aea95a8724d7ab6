/** The tables of decisions, of what they were made under, and of what is known ahead. */
import type { AssetId } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { PolicyProposalRow } from "../../tuning/types.ts";
import type { Json } from "../port.ts";
import { amount, defineTable, int, json, nullable, text, time } from "./columns.ts";

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

/** Policies that a search in a pool's own history proposed; the file alone says what is in force. */
export const policy_proposal = defineTable<PolicyProposalRow>({
  name: "policy_proposal",
  columns: {
    id: text(),
    pool_id: text(),
    state: text(),
    from_digest: text(),
    to_digest: text(),
    policy: json(),
    report: json(),
    created_at: time(),
    ended_at: nullable(time()),
    ended_by: nullable(text()),
    note: nullable(text()),
  },
  key: ["id"],
  indexes: [["pool_id", "state"]],
});

/** A payment that is known before it happens; `open` until it was met, is overdue, or was cancelled. */
export interface ObligationRow {
  id: string;
  pool_id: string;
  asset: AssetId;
  direction: "in" | "out";
  amount: bigint;
  due_at: Instant;
  what: string;
  /** Who knows of it: a system, a contract, a desk. */
  source: string;
  /** Hash or reference by which its movement is known; null: by amount and time. */
  reference: string | null;
  state: "open" | "met" | "overdue" | "cancelled";
  created_at: Instant;
  created_by: string;
  ended_at: Instant | null;
  /** Registered destination that it may be paid to straight from custody; null: it is paid from the liquidity side. */
  payee: string | null;
  /** The transfer that pays it, or paid it, straight from custody. */
  transfer_id: string | null;
  /** When a transfer came to nothing: no other is planned before. */
  retry_at: Instant | null;
  /** `wallet/movement` or transfer that met it, or why it ended. */
  note: string | null;
}
export const obligation = defineTable<ObligationRow>({
  name: "obligation",
  columns: {
    id: text(),
    pool_id: text(),
    asset: text(),
    direction: text<"in" | "out">(),
    amount: amount(),
    due_at: time(),
    what: text(),
    source: text(),
    reference: nullable(text()),
    state: text<ObligationRow["state"]>(),
    created_at: time(),
    created_by: text(),
    ended_at: nullable(time()),
    note: nullable(text()),
    payee: nullable(text()),
    transfer_id: nullable(text()),
    retry_at: nullable(time()),
  },
  key: ["id"],
  indexes: [
    ["pool_id", "state"],
    ["state", "due_at"],
  ],
});
