/** What customers moved, hour by hour, as the venues listed it. Our own transfers are not flows. */
import type { PoolConfig } from "../config/types.ts";
import type { Instant } from "../ports/index.ts";
import { type MovementRow, type ReadTx, tables } from "../store/index.ts";
import { figureOf } from "./figure.ts";

export const HOUR_MS = 3_600_000;
const PAGE = 2_000;
/** Movements of one turn: what is more waits for the next. */
const PAGES_MAX = 50;

/** When the first movement of a customer was; null when there was none. */
export async function firstFlowAt(tx: ReadTx, pool: PoolConfig, since: Instant): Promise<Instant | null> {
  let first: Instant | null = null;
  for (const wallet_id of pool.liquidity) {
    const [row] = await tx.find(tables.movement, {
      where: { wallet_id, at: { gte: since }, transfer_id: null },
      order_by: [["at", "asc"]],
      limit: 1,
    });
    if (row !== undefined && (first === null || row.at < first)) first = row.at;
  }
  return first;
}

/** What customers brought and took in one hour, gross. */
export interface HourFlow {
  inflow: number;
  outflow: number;
}

/** Net outflow of every hour, as `readFlows`. */
export async function readNetFlows(tx: ReadTx, pool: PoolConfig, from: Instant, to: Instant): Promise<number[]> {
  return (await readFlows(tx, pool, from, to)).map(({ inflow, outflow }) => outflow - inflow);
}

/**
 * Flows of every hour from `from` to `to`, in whole units of the asset: figures for a forecast, never money. Both ends lie on the
 * hour. Shorter than asked for when there was more than a turn reads.
 */
export async function readFlows(tx: ReadTx, pool: PoolConfig, from: Instant, to: Instant): Promise<HourFlow[]> {
  const hours = Array.from({ length: Math.max(0, Math.round((to - from) / HOUR_MS)) }, () => ({
    inflow: 0,
    outflow: 0,
  }));
  const { decimals } = pool.policy.asset;
  let read_to = to;
  const fed_by = pool.fed_by ?? [];
  for (const wallet_id of [...pool.liquidity, ...fed_by]) {
    const { rows, through } = await readWallet(tx, wallet_id, from, to);
    read_to = Math.min(read_to, through);
    for (const row of rows) {
      const hour = hours[Math.floor((row.at - from) / HOUR_MS)];
      if (hour === undefined) continue;
      // Nobody is paid from a deposit address: what leaves it otherwise is no flow.
      if (row.direction === "out" && fed_by.includes(wallet_id)) continue;
      if (row.direction === "out") hour.outflow += figureOf(row.amount, decimals);
      else hour.inflow += figureOf(row.amount, decimals);
    }
  }
  return hours.slice(0, Math.floor((read_to - from) / HOUR_MS));
}

/** A wallet's movements page by page; `through`: everything before it is among them. */
async function readWallet(
  tx: ReadTx,
  wallet_id: string,
  from: Instant,
  to: Instant,
): Promise<{ readonly rows: readonly MovementRow[]; readonly through: Instant }> {
  const rows: MovementRow[] = [];
  let cursor = from;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const some = await tx.find(tables.movement, {
      where: { wallet_id, at: { gte: cursor, lt: to }, transfer_id: null },
      order_by: [["at", "asc"]],
      limit: PAGE,
    });
    const last = some.at(-1)?.at ?? to;
    if (some.length < PAGE || last === cursor) return { rows: [...rows, ...some], through: to };
    // The last instant of a full page may go on: it is read again with the next.
    rows.push(...some.filter((row) => row.at < last));
    cursor = last;
  }
  return { rows, through: cursor };
}
