/** What was moved lately, for windows, cool-down and dwell. Moves that came to nothing do not count. */
import type { PoolConfig } from "../../config/types.ts";
import { outsideOf } from "../../policy/index.ts";
import type { Decision, PoolHistory } from "../../policy/types.ts";
import type { Instant } from "../../ports/index.ts";
import { type Json, type ReadTx, type Tx, tables } from "../../store/index.ts";
import { findCounted, type TransferDirection, type TransferState, wayOf } from "../../transfers/index.ts";
import { HISTORY_MAX } from "../limits.ts";

const COUNTED: readonly TransferState[] = [
  "planned",
  "awaiting_approval",
  "approved",
  "submitting",
  "submitted",
  "settled",
  "held",
];

type Outside = Pick<PoolHistory, "outside" | "outside_since">;

export async function readHistory(tx: ReadTx, pool: PoolConfig, now: Instant): Promise<PoolHistory> {
  const longest_ms = Math.max(pool.policy.cooldown_ms, ...pool.policy.windows.map((window) => window.window_ms), 0);
  const [rows, last_to_reserve_at, last_to_liquidity_at, outside] = await Promise.all([
    findCounted(tx, pool.id, now - longest_ms, HISTORY_MAX),
    lastMoveAt(tx, pool, "liquidity_to_reserve"),
    lastMoveAt(tx, pool, "reserve_to_liquidity"),
    readOutside(tx, pool.id),
  ]);
  const moves = rows
    .flatMap((row) => {
      const direction = wayOf(pool, row.direction);
      return direction === null ? [] : [{ at: row.submitted_at ?? row.created_at, direction, amount: row.amount }];
    })
    .sort((a, b) => a.at - b.at)
    .slice(-HISTORY_MAX);
  return { last_to_reserve_at, last_to_liquidity_at, ...outside, moves };
}

/** Remembers since when the pool has been outside its band; writes only when that changes. */
export async function keepOutside(tx: Tx, decision: Decision): Promise<void> {
  const known = await readOutside(tx, decision.pool_id);
  const outside = outsideOf(decision);
  if (outside === known.outside) return;
  const value = { outside, outside_since: outside === null ? null : decision.decided_at };
  const name = outsideName(decision.pool_id);
  await tx.upsert(tables.control, { name, value, version: 1, updated_at: decision.decided_at });
}

/** When the last move this way began or ended, whichever is later. */
async function lastMoveAt(tx: ReadTx, pool: PoolConfig, direction: TransferDirection): Promise<Instant | null> {
  const where = { pool_id: pool.id, direction, state: { in: COUNTED } };
  const [begun] = await tx.find(tables.transfer, {
    where,
    order_by: [
      ["created_at", "desc"],
      ["id", "desc"],
    ],
    limit: 1,
  });
  return begun === undefined ? null : Math.max(begun.created_at, begun.settled_at ?? 0);
}

function outsideName(pool_id: string): string {
  return `outside/${pool_id}`;
}

export async function readOutside(tx: ReadTx, pool_id: string): Promise<Outside> {
  const row = await tx.get(tables.control, { name: outsideName(pool_id) });
  return row === undefined ? { outside: null, outside_since: null } : parseOutside(row.value);
}

function parseOutside(value: Json): Outside {
  return value as unknown as Outside;
}
