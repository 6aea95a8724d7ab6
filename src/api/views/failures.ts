/** Transfers that fail again and again on the same way: one matter for people, however often it is tried. */
import type { Instant } from "../../ports/index.ts";
import { type ReadTx, tables } from "../../store/index.ts";
import type { TransferRow } from "../../transfers/types.ts";

/** Older failures are history. */
const WINDOW_MS = 7 * 24 * 3_600_000;
/** From here on it is no chance, and people should look. */
const COUNT_MIN = 2;
const FAILED_MAX = 200;

/** Failures of one way since anything last settled on it. */
export interface RepeatedFailure {
  readonly count: number;
  readonly since: Instant;
  /** The newest one: its note is why. */
  readonly last: TransferRow;
}

/** The newest first. */
export async function readFailures(tx: ReadTx, now: Instant): Promise<RepeatedFailure[]> {
  const failed = await tx.find(tables.transfer, {
    where: { state: "failed", created_at: { gte: now - WINDOW_MS } },
    order_by: [
      ["created_at", "desc"],
      ["id", "desc"],
    ],
    limit: FAILED_MAX,
  });
  const ways = Map.groupBy(failed, ({ pool_id, from_wallet, to_wallet }) => `${pool_id} ${from_wallet} ${to_wallet}`);
  const found: RepeatedFailure[] = [];
  for (const rows of ways.values()) {
    const oldest = rows.at(-1);
    if (oldest === undefined || rows.length < COUNT_MIN) continue;
    const settled = await lastSettled(tx, oldest);
    const lasting = rows.filter(({ created_at }) => created_at > settled);
    const [last, first] = [lasting[0], lasting.at(-1)];
    if (last === undefined || first === undefined || lasting.length < COUNT_MIN) continue;
    found.push({ count: lasting.length, since: first.created_at, last });
  }
  return found;
}

/** When the newest transfer that settled on this way since `row` was planned; 0 where none did. */
async function lastSettled(tx: ReadTx, { pool_id, from_wallet, to_wallet, created_at }: TransferRow): Promise<Instant> {
  const [row] = await tx.find(tables.transfer, {
    where: { state: "settled", pool_id, from_wallet, to_wallet, created_at: { gte: created_at } },
    order_by: [
      ["created_at", "desc"],
      ["id", "desc"],
    ],
    limit: 1,
  });
  return row?.created_at ?? 0;
}
