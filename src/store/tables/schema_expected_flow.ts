/** Customers' flows that the exchange's own back office announced; part of `schema.ts`. */
import type { AssetId } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import { amount, defineTable, nullable, text, time } from "./columns.ts";

/**
 * `open` until its movement is listed (`matched`) or its time is over (`missed`). `late`: its movement had been listed before it was
 * announced, so that it explains nothing by itself.
 */
export interface ExpectedFlowRow {
  id: string;
  wallet_id: string;
  /** The back office's own name of it; once per wallet. */
  reference: string;
  asset: AssetId;
  direction: "in" | "out";
  /** Base units, without the fee. */
  amount: bigint;
  /** Where it is paid to, or comes from; null: not said. */
  destination: string | null;
  /** Null until it is known, or for ever. */
  tx_hash: string | null;
  /** The venue's time of its movement lies between these. */
  from_at: Instant;
  until_at: Instant;
  state: "open" | "matched" | "missed" | "late";
  /** Its movement in the wallet. */
  movement_id: string | null;
  created_at: Instant;
  created_by: string;
  ended_at: Instant | null;
}

export const expectedFlow = defineTable<ExpectedFlowRow>({
  name: "expected_flow",
  columns: {
    id: text(),
    wallet_id: text(),
    reference: text(),
    asset: text(),
    direction: text<"in" | "out">(),
    amount: amount(),
    destination: nullable(text()),
    tx_hash: nullable(text()),
    from_at: time(),
    until_at: time(),
    state: text<ExpectedFlowRow["state"]>(),
    movement_id: nullable(text()),
    created_at: time(),
    created_by: text(),
    ended_at: nullable(time()),
  },
  key: ["id"],
  indexes: [
    ["wallet_id", "state"],
    ["state", "until_at"],
    ["wallet_id", "movement_id"],
  ],
});
