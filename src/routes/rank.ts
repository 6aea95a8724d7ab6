/**
 * Which routes can carry an amount whole, best first: lowest fee, then shortest lead time, then preferred wallets, then
 * names, so that equal inputs always give equal answers. Every route that cannot carries its reason.
 */
import { maxOf } from "../money/index.ts";
import { capacityOf, cutToStep, feeLimit, feeOf } from "./fee.ts";
import type { Leg, Ranking, RejectedRoute, RouteLimits, RouteOption, Spendable } from "./types.ts";

/**
 * Routes for the whole of `amount` (base units), each amount cut to the route's step.
 * @example rankRoutes(options, 1_000_000n, new Map([["vault", 5_000_000n]]), limits).usable[0]
 */
export function rankRoutes(
  options: readonly RouteOption[],
  amount: bigint,
  spendable: Spendable,
  limits: RouteLimits,
): Ranking {
  const usable: Leg[] = [];
  const rejected: RejectedRoute[] = [];
  for (const route of options) {
    const fit = fitRoute(route, amount, spendable.get(route.from_wallet) ?? 0n, limits);
    if ("code" in fit) rejected.push(fit);
    else usable.push(fit);
  }
  return { usable: usable.sort(byCost(limits.priority)), rejected };
}

/** The leg this route would be for `amount`, or why it cannot be. */
export function fitRoute(route: RouteOption, amount: bigint, cash: bigint, limits: RouteLimits): Leg | RejectedRoute {
  const reject = (code: RejectedRoute["code"], fee: bigint | null, limit: bigint | null): RejectedRoute => ({
    route,
    code,
    fee,
    limit,
  });
  if (!route.enabled) return reject("disabled", null, null);
  if (route.step <= 0n || route.minimum < 0n) return reject("malformed", null, null);
  const sent = cutToStep(amount, route.step);
  const fee = feeOf(route, sent);
  if (fee === null) return reject("malformed", null, null);
  const minimum = legMinimum(route, limits);
  if (sent < minimum) return reject("below_minimum", fee, minimum);
  if (route.maximum !== null && sent > route.maximum) return reject("above_maximum", fee, route.maximum);
  const capacity = capacityOf(cash, limits);
  if (sent > capacity) return reject("source_short", fee, capacity);
  const fee_max = feeLimit(limits, sent);
  if (fee > fee_max) return reject("fee_above_limit", fee, fee_max);
  return { route, amount: sent, fee, fee_max };
}

/** The smallest leg: never zero, whatever the route and the policy say. */
export function legMinimum(route: RouteOption, limits: RouteLimits): bigint {
  return maxOf(maxOf(route.minimum, limits.leg_min), 1n);
}

/** Order of legs that carry the same amount. */
function byCost(priority: readonly string[]): (a: Leg, b: Leg) => number {
  const preference = byPreference(priority);
  return (a, b) => (a.fee === b.fee ? preference(a.route, b.route) : a.fee < b.fee ? -1 : 1);
}

/** Lead time, then the place of source and destination in `priority` (unlisted last), then names. */
export function byPreference(priority: readonly string[]): (a: RouteOption, b: RouteOption) => number {
  const place = new Map(priority.map((wallet_id, index) => [wallet_id, index]));
  const placeOf = (wallet_id: string): number => place.get(wallet_id) ?? priority.length;
  return (a, b) =>
    a.lead_time_ms - b.lead_time_ms ||
    placeOf(a.from_wallet) - placeOf(b.from_wallet) ||
    placeOf(a.to_wallet) - placeOf(b.to_wallet) ||
    compareText(a.from_wallet, b.from_wallet) ||
    compareText(a.to_wallet, b.to_wallet) ||
    compareText(a.network, b.network);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
