/**
 * Known payments in the projection. An outgoing obligation that is due before a refill asked for a little later could land is
 * taken off the projection as if it were paid: so it is funded in time, and no sweep takes what it needs. What is due later is
 * only kept out of the reach of sweeps, for a day, so that nothing goes to custody to come back with a quorum. An incoming
 * obligation funds nothing before it arrives.
 */
import { amountText, maxOf } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { type Finding, finding } from "./finding.ts";
import { instantText } from "./instant_text.ts";
import { type Claims, directionOf, type Funds, isCounted } from "./position.ts";
import type { ObligationState, PoolPolicy, RouteOption, Side, Snapshot } from "./types.ts";

const HOUR_MS = 3_600_000;
export const OBLIGATION_MARGIN_MS = HOUR_MS;
/** Money that is due within it does not go to custody. */
export const KEPT_BACK_MS = 24 * HOUR_MS;

/** Obligations that a decision names one by one; all of them count. */
const NAMED_MAX = 10;

/** How soon money can be there, and what that means for what is due. */
export interface Reach {
  /** Longest time a refill takes over an enabled route, or as measured; zero where there is no route. */
  readonly lead_ms: number;
  /** What falls due until then has to be asked for now. */
  readonly until: Instant;
  /** The route that closes before the next chance to ask, when one does: then `until` lies after its reopening. */
  readonly closing: RouteOption | null;
}

export function reachOf(snapshot: Snapshot, policy: PoolPolicy, now: Instant): Reach {
  const side = new Map<string, Side>(
    snapshot.wallets.filter(isCounted).map((wallet) => [wallet.wallet_id, wallet.side]),
  );
  const routes = snapshot.routes.filter((route) => route.enabled && directionOf(route, side) === "to_liquidity");
  const longest = (some: readonly RouteOption[]): number =>
    some.reduce((most, route) => Math.max(most, finite(route.lead_time_ms)), 0);
  const lead_ms = Math.max(longest(routes), finite(snapshot.forecast?.lead_time_ms ?? 0));
  const margin_ms = finite(policy.obligation_margin_ms ?? OBLIGATION_MARGIN_MS);
  const until = now + lead_ms + margin_ms;
  const closing = routes.find((route) => closesBefore(route, now + margin_ms)) ?? null;
  if (closing === null || routes.some((route) => !closesBefore(route, now + margin_ms))) {
    return { lead_ms, until, closing: null };
  }
  return { lead_ms, until: Math.max(until, finite(closing.opens_at ?? 0) + lead_ms + margin_ms), closing };
}

function closesBefore({ closes_at, opens_at }: RouteOption, at: Instant): boolean {
  return typeof closes_at === "number" && typeof opens_at === "number" && closes_at <= at;
}

function finite(value: number): number {
  return Number.isFinite(value) ? Math.max(0, value) : 0;
}

export function outgoingUntil(snapshot: Snapshot, until: Instant): readonly ObligationState[] {
  return (snapshot.obligations ?? [])
    .filter(({ direction, amount, due_at }) => direction === "out" && amount > 0n && due_at <= until)
    .toSorted((a, b) => a.due_at - b.due_at);
}

export function claimsOf(snapshot: Snapshot, { until }: Reach, now: Instant): Claims {
  const sum = (some: readonly ObligationState[]): bigint => some.reduce((total, { amount }) => total + amount, 0n);
  const obliged = sum(outgoingUntil(snapshot, until));
  return { obliged, kept_back: maxOf(sum(outgoingUntil(snapshot, Math.max(until, now + KEPT_BACK_MS))) - obliged, 0n) };
}

/** Each obligation that is set aside, and whether what is there and on its way is enough for them. */
export function obligationFindings(
  snapshot: Snapshot,
  policy: PoolPolicy,
  funds: Funds,
  reach: Reach,
): readonly Finding[] {
  const due = outgoingUntil(snapshot, reach.until);
  if (due.length === 0) return [];
  const text = (units: bigint): string => amountText(policy.asset, units);
  const findings = due.slice(0, NAMED_MAX).map((one) =>
    finding("obligation_due", "none", `obligations.${one.obligation_id}`, {
      observed: `${text(one.amount)} (${one.what})`,
      limit: instantText(reach.until),
      detail: instantText(one.due_at),
    }),
  );
  if (funds.liquidity >= 0n) return findings;
  const facts = { observed: text(funds.obliged), limit: text(maxOf(funds.liquidity + funds.obliged, 0n)) };
  return [...findings, finding("obligation_unfunded", "none", "obligations", facts)];
}
