/**
 * One amount over the legs that together carry most of it, then cost least, then are fewest: down to each source's floor and no
 * further, within what each destination may take, at most one leg per pair of wallets. Exact but for the rounding of a leg to its
 * step (`choose.ts`).
 */
import { maxOf, minOf } from "../money/index.ts";
import { boundsOf, type Candidate } from "./bounds.ts";
import { type Choice, type ChooseInput, chooseLegs } from "./choose.ts";
import { cutToStep } from "./fee.ts";
import { type FillInput, sourceRoom } from "./fill.ts";
import { byPreference, fitRoute, rankRoutes } from "./rank.ts";
import type { Leg, RouteLimits, RouteOption, Spendable, Split } from "./types.ts";

/** Most legs of one decision: each is a transfer that people may have to approve. */
export const LEGS_MAX = 8;

const UNLIMITED: Spendable = new Map();

/**
 * Legs for `amount`, with at most `legs_max` of them. Their sum may be less than asked for: what no route can carry, and a
 * remainder smaller than the smallest leg, is left for a later decision.
 * @param receivable what a destination may still take; one that is missing takes any amount
 */
export function splitAmount(
  options: readonly RouteOption[],
  amount: bigint,
  spendable: Spendable,
  limits: RouteLimits,
  legs_max: number = LEGS_MAX,
  receivable: Spendable = UNLIMITED,
): Split {
  const { usable, rejected } = rankRoutes(options, amount, spendable, limits);
  if (!(legs_max >= 1) || amount <= 0n)
    return { legs: [], amount: 0n, fee: 0n, exact: true, unchosen: usable, rejected };
  const candidates = [...options]
    .sort(byPreference(limits.priority))
    .flatMap((route) => boundsOf(route, amount, spendable.get(route.from_wallet) ?? 0n, limits) ?? []);
  const slack = maxOf(limits.leg_min, 1n);
  const input = { amount, spendable, receivable, limits, slack, legs_max: Math.min(legs_max, LEGS_MAX) };
  const choice = chooseWithin(candidates, input);
  const legs = legsOf(choice, input);
  const chosen = new Set(legs.map((leg) => leg.route));
  return {
    legs,
    amount: sumOf(legs, "amount"),
    fee: sumOf(legs, "fee"),
    exact: choice.exact,
    unchosen: usable.filter((leg) => !chosen.has(leg.route)),
    rejected,
  };
}

/**
 * A leg may stay under the fee limit because another one takes the rest, never by leaving the rest for the next decision: many
 * small moves would pay what one move may not.
 */
function chooseWithin(candidates: readonly Candidate[], input: ChooseInput): Choice {
  const choice = chooseLegs(candidates, input);
  const carried = choice.amounts.reduce((sum, units) => sum + units, 0n);
  if (input.amount - carried < input.slack || !choice.legs.some((leg) => leg.capped_by_fee)) return choice;
  return chooseLegs(
    candidates.filter((candidate) => !candidate.capped_by_fee),
    input,
  );
}

/** Every amount cut to its step; what the cuts leave goes to legs with a finer one. */
function legsOf({ legs, amounts }: Choice, input: FillInput): readonly Leg[] {
  const cut = legs.map((leg, index) => cutToStep(amounts[index] ?? 0n, leg.route.step));
  let left = input.amount - cut.reduce((sum, units) => sum + units, 0n);
  legs.forEach((leg, index) => {
    const own = cut[index] ?? 0n;
    const room = minOf(leg.most - own, roomAround(legs, cut, leg, input));
    const more = cutToStep(maxOf(minOf(left, room), 0n), leg.route.step);
    cut[index] = own + more;
    left -= more;
  });
  return legs.flatMap((leg, index) => legOf(leg, cut[index] ?? 0n, input));
}

/** What the leg's source and destination still have room for. */
function roomAround(
  legs: readonly Candidate[],
  cut: readonly bigint[],
  { route }: Candidate,
  input: FillInput,
): bigint {
  const of = (key: "from_wallet" | "to_wallet"): bigint =>
    legs.reduce((sum, leg, index) => (leg.route[key] === route[key] ? sum + (cut[index] ?? 0n) : sum), 0n);
  const count = legs.filter((leg) => leg.route.from_wallet === route.from_wallet).length;
  const source = sourceRoom(input.spendable.get(route.from_wallet) ?? 0n, count, input.limits) - of("from_wallet");
  const destination = input.receivable.get(route.to_wallet);
  return destination === undefined ? source : minOf(source, destination - of("to_wallet"));
}

/** The last word has the check that every single leg goes through. */
function legOf({ route }: Candidate, amount: bigint, { spendable, limits }: FillInput): Leg[] {
  const leg = fitRoute(route, amount, spendable.get(route.from_wallet) ?? 0n, limits);
  return "code" in leg ? [] : [leg];
}

function sumOf(legs: readonly Leg[], field: "amount" | "fee"): bigint {
  return legs.reduce((sum, leg) => sum + leg[field], 0n);
}
