/**
 * What the liquidity side holds now, apart from what is on its way to it: a payout needs money that is there. The share is the one
 * that the levels are held against; where it goes when everything has arrived stands beside it.
 */
import type { Money, Pool } from "../../api/types.ts";
import { add, compare, isZero } from "../../format/decimal.ts";
import { percentOf } from "../../format/ratio.ts";

export interface Held {
  readonly liquidity: Money;
  readonly reserve: Money;
  /** Sent, and not there yet; either way. */
  readonly in_flight: Money;
  /** Planned, waiting for people, or approved; either way. */
  readonly asked: Money;
  /** For known payments; no level counts it. */
  readonly set_aside: Money;
  readonly share_percent: string | null;
  /** 100 at twice the floor; null without a floor. */
  readonly health_percent: string | null;
  /** Where the share goes when everything on its way has landed; null when nothing is. */
  readonly landed_percent: string | null;
}

/** Null while the position is not known. */
export function heldOf(pool: Pool): Held | null {
  const { position } = pool;
  if (!position) return null;
  const { liquidity, reserve, on_its_way, asked_for, set_aside, share_percent } = position.now;
  return {
    ...{ liquidity, reserve, in_flight: on_its_way, asked: asked_for, set_aside, share_percent },
    health_percent: healthOf(liquidity.amount, pool.levels.floor?.amount?.amount ?? null),
    landed_percent: isZero(on_its_way.amount) ? null : position.share_percent,
  };
}

function healthOf(liquidity: string, floor: string | null): string | null {
  const twice = floor === null ? null : add(floor, floor);
  const percent = twice === null ? null : percentOf(liquidity, twice);
  if (percent === null) return null;
  if (compare(percent, "100") === 1) return "100.0000";
  return compare(percent, "0") === -1 ? "0.0000" : percent;
}
