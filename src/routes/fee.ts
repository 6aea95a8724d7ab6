/** Fees of a leg: what is expected, what is allowed, and what a source can carry once the worst fee is set aside. */
import { divide, maxOf, minOf } from "../money/index.ts";
import type { RouteLimits, RouteOption } from "./types.ts";

export const PPM = 1_000_000n;
const PPM_MAX = 1_000_000;

/** Parts per million as an integer, or null when the number is not a share between 0 and 1. */
export function ppmOf(ppm: number): bigint | null {
  return Number.isInteger(ppm) && ppm >= 0 && ppm <= PPM_MAX ? BigInt(ppm) : null;
}

/** Fee of `amount` over the route, rounded up; null when the route states no usable fee. */
export function feeOf(route: Pick<RouteOption, "fee_fixed" | "fee_ppm">, amount: bigint): bigint | null {
  const ppm = ppmOf(route.fee_ppm);
  if (ppm === null || route.fee_fixed < 0n) return null;
  return route.fee_fixed + divide(amount * ppm, PPM, "up");
}

/** Highest fee that may be paid for `amount`: the lower of the two limits. A limit that is missing or odd allows nothing. */
export function feeLimit(limits: Pick<RouteLimits, "fee_max" | "fee_max_ppm">, amount: bigint): bigint {
  const ppm = ppmOf(limits.fee_max_ppm) ?? 0n;
  const share = divide(amount * ppm, PPM, "down");
  return maxOf(minOf(share, limits.fee_max), 0n);
}

/**
 * The most a source with `cash` can send so that amount and highest allowed fee together stay within `cash`.
 * The highest fee is set aside, not the expected one: it is what the transfer reserves.
 */
export function capacityOf(cash: bigint, limits: RouteLimits): bigint {
  if (cash <= 0n) return 0n;
  const ppm = ppmOf(limits.fee_max_ppm) ?? 0n;
  const by_share = divide(cash * PPM, PPM + ppm, "down");
  return maxOf(by_share, cash - maxOf(limits.fee_max, 0n));
}

/** `amount` cut to a multiple of `step`. */
export function cutToStep(amount: bigint, step: bigint): bigint {
  return amount - (amount % step);
}
