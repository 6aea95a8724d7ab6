/**
 * The ratio chart: a pool's share over time, read from the books of its wallets, and the moves as marks. Points are thinned to
 * what a chart can show: of each step, the last.
 */
import type { PoolConfig } from "../../config/types.ts";
import type { PoolPlan } from "../../daemon/types.ts";
import { accountId, type EntryRow, walletAccount } from "../../ledger/index.ts";
import type { Instant } from "../../ports/index.ts";
import { type ReadTx, tables } from "../../store/index.ts";
import type { History } from "../schemas/index.ts";
import { countedTotal, viewLevels } from "./decisions.ts";
import { type Printer, printShare, printTime } from "./printer.ts";

/** Entries that are looked at, over all members of a pool; and the least for each. */
const ENTRIES_MAX = 6_000;
const MEMBER_ENTRIES_MIN = 10;
const MARKS_MAX = 500;

interface HistoryInput {
  readonly pool: PoolConfig;
  readonly plan: PoolPlan | undefined;
  readonly from: Instant;
  readonly to: Instant;
  readonly points: number;
}

export async function viewHistory(input: HistoryInput, tx: ReadTx, printer: Printer): Promise<History> {
  const { pool, plan, from, to } = input;
  const decision = plan?.decision ?? null;
  return {
    pool_id: pool.id,
    asset: pool.asset,
    from: printTime(from),
    to: printTime(to),
    levels: viewLevels(pool.policy, decision?.levels ?? null, countedTotal(decision?.before ?? null), printer),
    points: thin(await readSeries(input, tx, printer), input),
    marks: await readMarks(input, tx, printer),
  };
}

type Point = History["points"][number] & { readonly instant: Instant };

/** Every change of a member's books, oldest first, with both sides after it. */
async function readSeries({ pool, from, to }: HistoryInput, tx: ReadTx, printer: Printer): Promise<Point[]> {
  const members = [...pool.liquidity, ...pool.reserve];
  const share = Math.floor(ENTRIES_MAX / members.length);
  const limit = Math.max(MEMBER_ENTRIES_MIN, share);
  const known = new Map<string, bigint>();
  const changes: { wallet: string; entry: EntryRow }[] = [];
  for (const wallet of members) {
    const entries = await readEntries(accountId(walletAccount(wallet, pool.asset)), from, limit, tx);
    if (entries.length === 0) known.set(wallet, 0n);
    changes.push(...entries.map((entry) => ({ wallet, entry })));
  }
  changes.sort((a, b) => a.entry.at - b.entry.at || a.entry.seq - b.entry.seq);
  const sum = (ids: readonly string[]): bigint => ids.reduce((total, id) => total + (known.get(id) ?? 0n), 0n);
  const points: Point[] = [];
  for (const { wallet, entry } of changes) {
    known.set(wallet, entry.balance_after);
    // Before every wallet is known, a share would be of an unknown total.
    if (known.size < members.length || entry.at > to) continue;
    const liquidity = sum(pool.liquidity);
    const reserve = sum(pool.reserve);
    const instant = Math.max(entry.at, from);
    points.push({
      instant,
      at: printTime(instant),
      share_percent: printShare(liquidity, liquidity + reserve),
      liquidity: printer.money(pool.asset, liquidity),
      reserve: printer.money(pool.asset, reserve),
    });
  }
  return points;
}

/** The newest entries of an account back to the last one before `from`. */
async function readEntries(account_id: string, from: Instant, limit: number, tx: ReadTx): Promise<EntryRow[]> {
  const rows = await tx.find(tables.entry, { where: { account_id }, order_by: [["seq", "desc"]], limit });
  const before = rows.findIndex((row) => row.at < from);
  return before < 0 ? rows : rows.slice(0, before + 1);
}

/** The last point of each step, oldest first. */
function thin(series: readonly Point[], { from, to, points }: HistoryInput): History["points"] {
  const step_ms = Math.max(1, Math.ceil((to - from) / points));
  const kept = new Map<number, Point>();
  for (const point of series) kept.set(Math.floor((point.instant - from) / step_ms), point);
  return [...kept.values()].map(({ at, share_percent, liquidity, reserve }) => ({
    at,
    share_percent,
    liquidity,
    reserve,
  }));
}

async function readMarks({ pool, from, to }: HistoryInput, tx: ReadTx, printer: Printer): Promise<History["marks"]> {
  const rows = await tx.find(tables.transfer, {
    where: { pool_id: pool.id, created_at: { gte: from } },
    order_by: [
      ["created_at", "desc"],
      ["id", "desc"],
    ],
    limit: MARKS_MAX,
  });
  return rows
    .filter((row) => row.submitted_at !== null && row.created_at <= to)
    .reverse()
    .map((row) => ({
      at: printTime(row.submitted_at ?? row.created_at),
      transfer_id: row.id,
      direction: row.direction,
      amount: printer.money(row.asset, row.amount),
      state: row.state,
    }));
}
