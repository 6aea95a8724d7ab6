/**
 * One amount over the fewest legs that make sense: one route when one can carry it, else several sources, each down to
 * its floor and no further, at most one leg per pair of wallets.
 */
import { minOf } from "../money/index.ts";
import { capacityOf, cutToStep, feeOf } from "./fee.ts";
import { byPreference, fitRoute, legMinimum, rankRoutes } from "./rank.ts";
import type { Leg, RouteLimits, RouteOption, Spendable, Split } from "./types.ts";

/** Most legs of one decision: each is a transfer that people may have to approve. */
export const LEGS_MAX = 8;

/**
 * Legs for `amount`, with at most `legs_max` of them. Their sum may be less than asked for: what no route can carry, and a
 * remainder smaller than the smallest leg, is left for a later decision.
 */
export function splitAmount(
  options: readonly RouteOption[],
  amount: bigint,
  spendable: Spendable,
  limits: RouteLimits,
  legs_max: number = LEGS_MAX,
): Split {
  const whole = rankRoutes(options, amount, spendable, limits);
  const [best, ...unchosen] = whole.usable;
  if (!(legs_max >= 1)) return { legs: [], amount: 0n, fee: 0n, unchosen: whole.usable, rejected: whole.rejected };
  const legs = best ? [best] : spread(options, amount, spendable, limits, Math.min(legs_max, LEGS_MAX));
  return { legs, amount: sumOf(legs, "amount"), fee: sumOf(legs, "fee"), unchosen, rejected: whole.rejected };
}

/** Cheapest sources first; when they would leave something uncovered, largest sources first if that carries more. */
function spread(
  options: readonly RouteOption[],
  amount: bigint,
  spendable: Spendable,
  limits: RouteLimits,
  legs_max: number,
): readonly Leg[] {
  const most = options.flatMap((route) => largestLeg(route, amount, spendable.get(route.from_wallet) ?? 0n, limits));
  const preference = byPreference(limits.priority);
  const cheapest = [...most].sort((a, b) => byShare(a, b) || preference(a.route, b.route));
  const by_cost = fill(cheapest, amount, spendable, limits, legs_max);
  if (sumOf(by_cost, "amount") === amount) return by_cost;
  const largest = [...most].sort((a, b) => (a.amount === b.amount ? 0 : a.amount > b.amount ? -1 : 1));
  const by_size = fill(largest, amount, spendable, limits, legs_max);
  return sumOf(by_size, "amount") > sumOf(by_cost, "amount") ? by_size : by_cost;
}

function fill(
  order: readonly Leg[],
  amount: bigint,
  spendable: Spendable,
  limits: RouteLimits,
  legs_max: number,
): readonly Leg[] {
  const cash = new Map(spendable);
  const pairs = new Set<string>();
  const legs: Leg[] = [];
  let left = amount;
  for (const { route } of order) {
    if (legs.length >= legs_max || left <= 0n) break;
    const pair = JSON.stringify([route.from_wallet, route.to_wallet]);
    const own = cash.get(route.from_wallet) ?? 0n;
    const [leg] = pairs.has(pair) ? [] : largestLeg(route, left, own, limits);
    if (!leg) continue;
    pairs.add(pair);
    legs.push(leg);
    cash.set(route.from_wallet, own - leg.amount - leg.fee_max);
    left -= leg.amount;
  }
  return legs;
}

/** The largest leg of at most `amount` over this route; none when even that is not allowed. */
function largestLeg(route: RouteOption, amount: bigint, cash: bigint, limits: RouteLimits): Leg[] {
  if (!route.enabled || route.step <= 0n || feeOf(route, 0n) === null) return [];
  const asked = minOf(amount, capacityOf(cash, limits));
  const most = cutToStep(route.maximum === null ? asked : minOf(asked, route.maximum), route.step);
  if (most < legMinimum(route, limits)) return [];
  const leg = fitRoute(route, most, cash, limits);
  return "code" in leg ? [] : [leg];
}

/** Fee per unit, compared exactly. */
function byShare(a: Leg, b: Leg): number {
  const left = a.fee * b.amount;
  const right = b.fee * a.amount;
  return left === right ? 0 : left < right ? -1 : 1;
}

function sumOf(legs: readonly Leg[], field: "amount" | "fee"): bigint {
  return legs.reduce((sum, leg) => sum + leg[field], 0n);
}
