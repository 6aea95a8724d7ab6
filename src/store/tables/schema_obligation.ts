/** Known payments. */
import type { AssetId } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import { amount, defineTable, nullable, text, time } from "./columns.ts";

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
