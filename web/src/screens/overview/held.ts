/**
 * What the liquidity side holds now, apart from what is on its way to it: a payout needs money that is there. The pool's own
 * position counts both, because that is what the next decision stands on.
 */
import type { Money, Pool, Position } from "../../api/types.ts";
import { add, compare, isZero, subtract } from "../../format/decimal.ts";
import { percentOf } from "../../format/ratio.ts";

export interface Held {
  readonly liquidity: Money;
  readonly reserve: Money;
  /** Sent, and not there yet; either way. */
  readonly in_flight: Money;
  /** Planned, waiting for people, or approved; either way. */
  readonly asked: Money;
  readonly share_percent: string | null;
  /** 100 at twice the floor; null without a floor. */
  readonly health_percent: string | null;
  /** Where the share goes when everything on its way has landed; null when nothing is. */
  readonly landed_percent: string | null;
}

/** Null while the position is not known. */
export function heldOf(pool: Pool): Held | null {
  const { position, asset } = pool;
  if (!position) return null;
  const coming = position.in_flight_to_liquidity.amount;
  const going = position.in_flight_to_reserve.amount;
  const liquidity = subtract(position.liquidity.amount, coming);
  const reserve = subtract(position.reserve.amount, going);
  const in_flight = add(coming, going);
  const asked = add(position.awaiting_to_liquidity?.amount ?? "0", position.awaiting_to_reserve?.amount ?? "0");
  if (liquidity === null || reserve === null || in_flight === null || asked === null) return null;
  return {
    liquidity: { amount: liquidity, asset },
    reserve: { amount: reserve, asset },
    in_flight: { amount: in_flight, asset },
    asked: { amount: asked, asset },
    share_percent: heldShare(position),
    health_percent: healthOf(liquidity, pool.levels.floor?.amount?.amount ?? null),
    landed_percent: isZero(in_flight) ? null : position.share_percent,
  };
}

/** The share that is there, without what is on its way; null for an empty pool. */
export function heldShare(position: Position): string | null {
  const liquidity = subtract(position.liquidity.amount, position.in_flight_to_liquidity.amount);
  return liquidity === null ? null : percentOf(liquidity, position.total.amount);
}

function healthOf(liquidity: string, floor: string | null): string | null {
  const twice = floor === null ? null : add(floor, floor);
  const percent = twice === null ? null : percentOf(liquidity, twice);
  if (percent === null) return null;
  if (compare(percent, "100") === 1) return "100.0000";
  return compare(percent, "0") === -1 ? "0.0000" : percent;
}
