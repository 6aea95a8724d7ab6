/**
 * What a leg over a route may be: from `least` to `most`, at a fixed price and a price per unit. The bounds take in everything
 * that would refuse the leg later (minimum, maximum, step, cash, both fee limits), so that a search never has to ask again.
 */
import { divide, maxOf, minOf } from "../money/index.ts";
import { capacityOf, cutToStep, feeOf, PPM, ppmOf } from "./fee.ts";
import { legMinimum } from "./rank.ts";
import type { RouteLimits, RouteOption } from "./types.ts";

export interface Candidate {
  readonly route: RouteOption;
  /** A multiple of the step. `most` is not: a leg is cut to its step once the whole set is known. */
  readonly least: bigint;
  readonly most: bigint;
  /** `most` is what the absolute fee limit allows, and the route could carry more. */
  readonly capped_by_fee: boolean;
  readonly fixed: bigint;
  /** Fee and cost of delay, in parts per million of the amount. */
  readonly ppm: bigint;
}

/** From the same wallet to the same wallet. */
export function isSamePair(a: Candidate, b: Candidate): boolean {
  return a.route.from_wallet === b.route.from_wallet && a.route.to_wallet === b.route.to_wallet;
}

const HOUR_MS = 3_600_000n;

/** Null when no leg over this route is allowed. */
export function boundsOf(route: RouteOption, amount: bigint, cash: bigint, limits: RouteLimits): Candidate | null {
  const fee_ppm = ppmOf(route.fee_ppm);
  if (!route.enabled || route.step <= 0n || route.minimum < 0n) return null;
  if (fee_ppm === null || feeOf(route, 0n) === null) return null;
  const within = minOf(minOf(amount, capacityOf(cash, limits)), route.maximum ?? amount);
  const most = minOf(within, mostByFee(route.fee_fixed, fee_ppm, limits, within));
  const least = raiseToStep(maxOf(legMinimum(route, limits), leastByFee(route.fee_fixed, fee_ppm, limits)), route.step);
  if (least > cutToStep(most, route.step)) return null;
  const ppm = fee_ppm + delayPpm(route, limits);
  return { route, least, most, capped_by_fee: most < within, fixed: route.fee_fixed, ppm };
}

/** `fixed + x f <= fee_max`. */
function mostByFee(fixed: bigint, fee_ppm: bigint, limits: RouteLimits, within: bigint): bigint {
  if (fixed > limits.fee_max) return 0n;
  if (fee_ppm === 0n) return within;
  return divide((limits.fee_max - fixed) * PPM, fee_ppm, "down");
}

/** `fixed + x f <= x p`, with room for the rounding of both sides; zero when the route costs nothing. */
function leastByFee(fixed: bigint, fee_ppm: bigint, limits: RouteLimits): bigint {
  if (fixed === 0n && fee_ppm === 0n) return 0n;
  const room = (ppmOf(limits.fee_max_ppm) ?? 0n) - fee_ppm;
  const never = limits.fee_max * PPM * PPM + PPM;
  return room <= 0n ? never : divide((fixed + (fee_ppm > 0n ? 1n : 0n)) * PPM, room, "up");
}

function delayPpm(route: RouteOption, limits: RouteLimits): bigint {
  return divide(BigInt(limits.delay_ppm_per_hour) * BigInt(Math.max(0, Math.ceil(route.lead_time_ms))), HOUR_MS, "up");
}

function raiseToStep(amount: bigint, step: bigint): bigint {
  return divide(amount, step, "up") * step;
}
