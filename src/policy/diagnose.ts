/** In plain words: why nothing, or less than asked for, can be carried, and why every other way was not taken. */
import { amountText, maxOf } from "../money/index.ts";
import type { RejectedRoute, RouteLimits, RouteOption, Spendable, Split } from "../routes/index.ts";
import { type Finding, finding } from "./finding.ts";
import type { Direction } from "./in_flight.ts";
import type { Funds } from "./position.ts";
import { type Candidates, floorOf, givers } from "./sources.ts";
import { namesText } from "./text.ts";
import type { Alternative, PoolPolicy } from "./types.ts";

/** Alternatives shown with a decision; the rest are like them. */
const ALTERNATIVES_MAX = 12;

export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly alternatives: readonly Alternative[];
}

interface DiagnosisInput {
  readonly policy: PoolPolicy;
  readonly direction: Direction;
  readonly funds: Funds;
  readonly candidates: Candidates;
  readonly spendable: Spendable;
  readonly receivable: Spendable;
  readonly limits: RouteLimits;
  readonly amount: bigint;
  readonly split: Split;
}

/** Why nothing, or less than asked for, is carried; and every way that was not taken. */
export function diagnoseRoutes(input: DiagnosisInput): Diagnosis {
  const { split, policy, amount, candidates } = input;
  const text = (units: bigint): string => amountText(policy.asset, units);
  const alternatives = alternativesOf(input);
  if (split.legs.length === 0) return { findings: [whyNothing(input)], alternatives };
  const step = candidates.routes.reduce((most, route) => maxOf(most, route.step), 1n);
  if (split.amount + step > amount) return { findings: [], alternatives };
  const full = fullDestinations(input);
  if (full !== null) return { findings: [full], alternatives };
  const facts = { observed: text(amount), limit: text(split.amount) };
  return { findings: [finding("capped_by_source", "none", "wallet_floors", facts)], alternatives };
}

/** The capped destinations, when they and not the sources are what stops more from moving. */
function fullDestinations({
  policy,
  split,
  amount,
  receivable,
  candidates,
  spendable,
}: DiagnosisInput): Finding | null {
  const targets = [...new Set(candidates.routes.map((route) => route.to_wallet))];
  const capped = targets.filter((id) => receivable.has(id));
  if (capped.length < targets.length || capped.length === 0) return null;
  const takes = sum(capped.map((id) => receivable.get(id) ?? 0n));
  const gives = sum([...spendable.values()]);
  if (takes >= amount || takes > gives) return null;
  const facts = {
    observed: amountText(policy.asset, amount),
    limit: amountText(policy.asset, takes),
    detail: namesText(capped),
  };
  return finding("capped_by_destination", split.legs.length === 0 ? "blocked" : "none", "wallet_caps", facts);
}

function whyNothing(input: DiagnosisInput): Finding {
  const { candidates, policy, split, amount, direction } = input;
  const text = (units: bigint): string => amountText(policy.asset, units);
  const [opposite] = candidates.opposite;
  const [stacked] = candidates.stacked;
  if (candidates.routes.length === 0 && opposite) {
    return finding("opposite_in_flight", "wait", "open_transfers", { detail: opposite.transfer_id });
  }
  if (candidates.routes.length === 0 && stacked) {
    const facts = { observed: text(stacked.amount), limit: text(policy.move_min), detail: stacked.transfer_id };
    return finding("refill_already_open", "wait", "open_transfers", facts);
  }
  const held = sum(givers(input.funds, direction).map((wallet) => input.funds.cash.get(wallet.wallet_id) ?? 0n));
  if (held <= 0n) return finding("no_source", "blocked", "wallets", { observed: text(held) });
  if ([...input.spendable.values()].every((cash) => cash <= 0n)) {
    const floors = sum(givers(input.funds, direction).map((wallet) => floorOf(policy, wallet.wallet_id)));
    return finding("source_floor", "blocked", "wallet_floors", { observed: text(held), limit: text(floors) });
  }
  const full = fullDestinations(input);
  if (full !== null) return full;
  const dear = split.rejected.filter((rejected) => rejected.code === "fee_above_limit");
  const cheapest = dear.reduce<RejectedRoute | null>((best, next) => cheaper(best, next), null);
  if (cheapest) {
    const facts = { observed: text(cheapest.fee ?? 0n), limit: text(cheapest.limit ?? 0n) };
    return finding("fee_above_limit", "blocked", "fee_max", facts);
  }
  if (split.rejected.some((rejected) => rejected.code === "source_short")) {
    const facts = { observed: text(amount), limit: text(0n) };
    return finding("capped_by_source", "blocked", "wallet_floors", facts);
  }
  const why = [...candidates.excluded.map((entry) => entry.because), ...split.rejected.map((r) => because(r, policy))];
  const detail = why.length > 0 ? namesText([...new Set(why)]) : "none is set up";
  return finding("no_route", "blocked", "routes", { observed: text(amount), detail });
}

function cheaper(best: RejectedRoute | null, next: RejectedRoute): RejectedRoute {
  if (best === null || best.fee === null) return next;
  return next.fee !== null && next.fee < best.fee ? next : best;
}

function alternativesOf(input: DiagnosisInput): readonly Alternative[] {
  const { split, policy, candidates } = input;
  const toAlternative = (route: RouteOption, fee: bigint | null, rejected_because: string): Alternative => ({
    from_wallet: route.from_wallet,
    to_wallet: route.to_wallet,
    network: route.network,
    fee,
    rejected_because,
  });
  const best = split.legs[0]?.fee ?? 0n;
  const used = new Set(split.legs.map((leg) => leg.route));
  const unchosen = split.unchosen.slice(0, ALTERNATIVES_MAX).map(({ route, fee }) => {
    const more =
      fee > best ? `costs ${amountText(policy.asset, fee - best)} more` : "costs the same and is less preferred";
    return toAlternative(route, fee, more);
  });
  const rejected = split.rejected
    .filter((entry) => !used.has(entry.route))
    .slice(0, ALTERNATIVES_MAX)
    .map((entry) => toAlternative(entry.route, entry.fee, because(entry, policy)));
  const excluded = candidates.excluded
    .slice(0, ALTERNATIVES_MAX)
    .map((entry) => toAlternative(entry.route, null, entry.because));
  return [...unchosen, ...rejected, ...excluded].slice(0, ALTERNATIVES_MAX);
}

function because({ code, route, limit }: RejectedRoute, policy: PoolPolicy): string {
  const text = amountText(policy.asset, limit ?? 0n);
  switch (code) {
    case "disabled":
      return route.disabled_reason ?? "the network is disabled";
    case "malformed":
      return "its fee or step is not usable";
    case "source_short":
      return `${route.from_wallet} can give only ${text}`;
    case "below_minimum":
      return `the smallest transfer is ${text}`;
    case "above_maximum":
      return `the largest transfer is ${text}`;
    case "fee_above_limit":
      return `the fee is above the limit of ${text}`;
  }
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
