/**
 * Limits in time: rolling windows, cool-down, dwell. A limit of zero allows nothing; one that is not a number allows nothing
 * either, which is why the comparisons ask "is it proved that this may pass?" and never "is it proved that it may not?".
 */
import { maxOf, minOf } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import type { Direction } from "./in_flight.ts";
import type { OpenTransfer, PoolHistory, PoolPolicy, WindowLimit } from "./types.ts";

type PastMove = PoolHistory["moves"][number];

/** What the windows of one direction still allow now; null amount: no window is set for this direction. */
export interface WindowRoom {
  readonly amount: bigint | null;
  readonly count: number;
  /** The window that leaves least, for the explanation. */
  readonly tightest: WindowLimit | null;
}

/** Room left in every window of `direction`. A move counts for exactly `window_ms` from its instant. */
export function roomIn(
  windows: readonly WindowLimit[],
  moves: readonly PastMove[],
  direction: Direction,
  now: Instant,
): WindowRoom {
  let room: WindowRoom = { amount: null, count: Number.MAX_SAFE_INTEGER, tightest: null };
  for (const window of windows) {
    if (window.direction !== direction) continue;
    const used = movesIn(window, moves, now);
    const count = used.length < window.count_max ? window.count_max - used.length : 0;
    const left = maxOf(window.amount_max - sumOf(used), 0n);
    const amount = count === 0 ? 0n : left;
    const tighter = room.amount === null || amount < room.amount;
    room = {
      amount: room.amount === null ? amount : minOf(room.amount, amount),
      count: Math.min(room.count, count),
      tightest: tighter ? window : room.tightest,
    };
  }
  return room;
}

/**
 * The first instant at which every window of `direction` has room for `amount`, if nothing else moves; null when a window is
 * too small for it at any time.
 */
export function roomOpensAt(
  windows: readonly WindowLimit[],
  moves: readonly PastMove[],
  direction: Direction,
  now: Instant,
  amount: bigint,
): Instant | null {
  let opens = now;
  for (const window of windows) {
    if (window.direction !== direction) continue;
    if (window.amount_max < amount || !(window.count_max >= 1)) return null;
    const used = [...movesIn(window, moves, now)].sort((a, b) => a.at - b.at);
    let sum = sumOf(used);
    let count = used.length;
    for (const move of used) {
      if (window.amount_max - sum >= amount && count < window.count_max) break;
      sum -= move.amount;
      count -= 1;
      opens = Math.max(opens, move.at + window.window_ms);
    }
  }
  return opens;
}

/** History without the moves of transfers that are being replaced: their room is free again. */
export function movesWithout(
  moves: readonly PastMove[],
  replaced: readonly OpenTransfer[],
  direction: Direction,
): readonly PastMove[] {
  const left = [...moves];
  for (const open of replaced) {
    const at = left.findIndex(
      (move) => move.at === open.created_at && move.amount === open.amount && move.direction === direction,
    );
    if (at >= 0) left.splice(at, 1);
  }
  return left;
}

/** When the cool-down of this direction ends; null when it is over. */
export function coolsDownUntil(
  policy: Pick<PoolPolicy, "cooldown_ms">,
  history: PoolHistory,
  direction: Direction,
  now: Instant,
): Instant | null {
  const last = direction === "to_reserve" ? history.last_to_reserve_at : history.last_to_liquidity_at;
  if (last === null || now - last >= policy.cooldown_ms) return null;
  return last + policy.cooldown_ms;
}

/** When the level will have been passed for long enough; null when it has been. */
export function dwellsUntil(
  policy: Pick<PoolPolicy, "dwell_ms">,
  history: PoolHistory,
  outside: "low" | "high",
  now: Instant,
): Instant | null {
  const since = history.outside === outside && history.outside_since !== null ? history.outside_since : now;
  return now - since >= policy.dwell_ms ? null : since + policy.dwell_ms;
}

function movesIn(window: WindowLimit, moves: readonly PastMove[], now: Instant): readonly PastMove[] {
  return moves.filter((move) => move.direction === window.direction && !(move.at <= now - window.window_ms));
}

function sumOf(moves: readonly PastMove[]): bigint {
  return moves.reduce((sum, move) => sum + move.amount, 0n);
}
