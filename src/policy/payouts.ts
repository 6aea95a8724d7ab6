/**
 * Known payments that go straight from custody. One that is larger than the policy's `direct.above` and has a registered payee is
 * never funded through a hot wallet: people are asked for it once its due time is no further away than the time declared for such
 * payments, as one transfer from one custody wallet to its payee; until then what it needs is kept there. Whatever limits a refill
 * limits it as well: the largest move, fees, floors, windows, fresh data. While a transfer pays it nothing else does.
 */
import { amountText, maxOf } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { type Leg, type RejectedRoute, type RouteOption, rankRoutes } from "../routes/index.ts";
import { type Finding, finding } from "./finding.ts";
import { freshnessProblems } from "./freshness.ts";
import { pairKey } from "./in_flight.ts";
import { instantText } from "./instant_text.ts";
import { roomIn, roomOpensAt } from "./limits.ts";
import { KEPT_BACK_MS } from "./obligations.ts";
import { type Funds, fundsOf } from "./position.ts";
import { givers, spendableOf } from "./sources.ts";
import { durationText } from "./text.ts";
import type { DirectPolicy, Move, ObligationState, PoolPolicy, Severity, Snapshot } from "./types.ts";

/** Payouts that one decision names and asks for; the next decision takes the next ones. */
const PAYOUTS_MAX = 10;

export interface Payouts {
  /** The pool that the levels are about: what payouts take is earmarked, and none of them claims liquidity. */
  readonly rest: Snapshot;
  readonly moves: readonly Move[];
  readonly findings: readonly Finding[];
  readonly severity: Severity;
  /** Earmarked in custody for payouts that are not asked for now. */
  readonly kept: bigint;
}

/** Paid straight from custody, or never to be paid by anything else because it is being so. */
export function isDirect({ direct }: Pick<PoolPolicy, "direct">, one: ObligationState): boolean {
  if (one.direction !== "out") return false;
  return (
    one.transfer_id !== undefined || (direct !== undefined && one.payee !== undefined && one.amount > direct.above)
  );
}

/** Null: there is nothing of the kind, and the pool is decided as ever. */
export function planPayouts(snapshot: Snapshot, policy: PoolPolicy, now: Instant): Payouts | null {
  const due = (snapshot.obligations ?? []).filter((one) => isDirect(policy, one)).toSorted(byDue);
  if (due.length === 0) return null;
  const planner = new Planner(snapshot, policy, now);
  for (const one of due.slice(0, PAYOUTS_MAX)) planner.add(one);
  return planner.plan();
}

function byDue(a: ObligationState, b: ObligationState): number {
  return a.due_at - b.due_at || (a.obligation_id < b.obligation_id ? -1 : 1);
}

/** Takes payouts one after the other, each on what the ones before it leave. */
class Planner {
  readonly #policy: PoolPolicy;
  readonly #now: Instant;
  #rest: Snapshot;
  #kept = 0n;
  #severity: Severity = "normal";
  readonly #moves: Move[] = [];
  readonly #findings: Finding[] = [];

  constructor(snapshot: Snapshot, policy: PoolPolicy, now: Instant) {
    const obligations = (snapshot.obligations ?? []).filter((one) => !isDirect(policy, one));
    this.#rest = { ...snapshot, obligations };
    this.#policy = policy;
    this.#now = now;
  }

  plan(): Payouts {
    const [rest, kept, severity] = [this.#rest, this.#kept, this.#severity];
    return { rest, kept, severity, moves: this.#moves, findings: this.#findings };
  }

  add(one: ObligationState): void {
    const { direct } = this.#policy;
    if (one.transfer_id !== undefined) this.#say("payout_open", one, { detail: one.transfer_id });
    if (one.transfer_id !== undefined || direct === undefined) return;
    const funds = fundsOf(this.#rest);
    const way = this.#wayOf(one, funds);
    const ask_at = one.due_at - Math.max(direct.declared_ms, finite("route" in way ? way.route.lead_time_ms : 0));
    if (ask_at > this.#now + KEPT_BACK_MS) return;
    const leg = "route" in way ? way : null;
    const problem = "route" in way ? this.#problemOf(one, way, funds) : whyNone(this.#policy, one, way.rejected);
    if (leg !== null) this.#earmark(leg);
    if (this.#now >= ask_at && problem === null && leg !== null) {
      this.#take(one, leg, direct, this.#now > ask_at);
      return;
    }
    if (leg !== null) this.#kept += leg.amount + leg.fee_max;
    if (this.#now < ask_at) {
      this.#say("payout_planned", one, { limit: instantText(ask_at), detail: problem ?? promiseText(one, direct) });
      return;
    }
    this.#severity = "urgent";
    this.#say("payout_blocked", one, { limit: `it is due at ${instantText(one.due_at)}`, detail: problem });
  }

  /** The cheapest way that carries the whole of it at once: a payment is one transfer. */
  #wayOf(one: ObligationState, funds: Funds): Leg | { readonly rejected: readonly RejectedRoute[] } {
    const { fee_max, fee_max_ppm, priority } = this.#policy;
    const sources = new Set(givers(funds, "to_liquidity").map(({ wallet_id }) => wallet_id));
    const ways = this.#rest.routes.filter((route) => route.to_wallet === one.payee && sources.has(route.from_wallet));
    const limits = { fee_max, fee_max_ppm, leg_min: 0n, delay_ppm_per_hour: 0, priority };
    const { usable, rejected } = rankRoutes(ways, one.amount, spendableOf(funds, this.#policy, "to_liquidity"), limits);
    const exact = usable.filter(({ amount }) => amount === one.amount);
    return exact.find(({ route }) => this.#openOn(route) === null) ?? exact[0] ?? { rejected };
  }

  /** Why it cannot be asked for now although there is a way; null: it can. */
  #problemOf(one: ObligationState, { route, amount }: Leg, funds: Funds): string | null {
    const { asset, move_max, windows } = this.#policy;
    if (one.retry_at !== undefined && this.#now < one.retry_at) {
      return `its last transfer came to nothing, and it is tried again at ${instantText(one.retry_at)}`;
    }
    const [stale] = freshnessProblems(funds, "to_liquidity");
    if (stale !== undefined) return `custody pays on fresh balances only, and ${stale.wallets.join(", ")} has none`;
    if (amount > move_max) return `one move is ${amountText(asset, move_max)} at most`;
    const open = this.#openOn(route);
    if (open !== null) return `${open} is open from ${route.from_wallet} to ${route.to_wallet}`;
    const { moves } = this.#rest.history;
    const room = roomIn(windows, moves, "to_liquidity", this.#now);
    if (room.amount === null || (room.amount >= amount && room.count > 0)) return null;
    const opens = roomOpensAt(windows, moves, "to_liquidity", this.#now, amount);
    const when = opens === null ? "is never large enough" : `has room at ${instantText(opens)}`;
    return `the window for what leaves custody leaves ${amountText(asset, room.amount)} and ${when}`;
  }

  /** A move between two wallets at a time, payments too: what looks the same twice is not sent twice at once. */
  #openOn(route: RouteOption): string | null {
    const key = pairKey(route);
    const open = this.#rest.open_transfers.find((transfer) => pairKey(transfer) === key);
    if (open !== undefined) return open.transfer_id;
    return this.#moves.some((move) => pairKey(move) === key) ? "another payment" : null;
  }

  #take(one: ObligationState, leg: Leg, direct: DirectPolicy, late: boolean): void {
    const { route, amount, fee, fee_max } = leg;
    const { from_wallet, to_wallet, network, lead_time_ms } = route;
    const { obligation_id } = one;
    const direction = "to_payee";
    this.#moves.push({ from_wallet, to_wallet, direction, amount, network, fee, fee_max, lead_time_ms, obligation_id });
    const { history } = this.#rest;
    const move = { at: this.#now, direction: "to_liquidity" as const, amount };
    this.#rest = { ...this.#rest, history: { ...history, moves: [...history.moves, move] } };
    if (late) this.#severity = "urgent";
    const asked = late ? "; asked for later than that, it may come late" : "";
    const detail = `From ${from_wallet} to ${to_wallet} over ${network}; ${promiseText(one, direct)}${asked}`;
    this.#say("payout_direct", one, { limit: amountText(this.#policy.asset, direct.above), detail });
  }

  #earmark({ route, amount, fee_max }: Leg): void {
    const wallets = this.#rest.wallets.map((wallet) =>
      wallet.wallet_id === route.from_wallet
        ? { ...wallet, earmarked: (wallet.earmarked ?? 0n) + amount + fee_max }
        : wallet,
    );
    this.#rest = { ...this.#rest, wallets };
  }

  #say(
    code: "payout_direct" | "payout_planned" | "payout_open" | "payout_blocked",
    { amount, what, obligation_id }: ObligationState,
    facts: { readonly limit?: string; readonly detail: string | null },
  ): void {
    const observed = `${amountText(this.#policy.asset, amount)} (${what})`;
    const blocks = code === "payout_blocked" ? "blocked" : code === "payout_direct" ? "none" : "hold";
    this.#findings.push(finding(code, blocks, `obligations.${obligation_id}`, { observed, ...facts }));
  }
}

function finite(value: number): number {
  return Number.isFinite(value) ? Math.max(0, value) : 0;
}

function promiseText({ due_at, payee }: ObligationState, { declared_ms }: DirectPolicy): string {
  return `due to ${payee ?? "its payee"} at ${instantText(due_at)}, with ${durationText(declared_ms)} declared for it`;
}

const REJECTED: Readonly<Record<RejectedRoute["code"], string>> = {
  disabled: "no way to its payee is open",
  malformed: "no way to its payee can be priced",
  source_short: "no custody wallet holds that much above its floor",
  below_minimum: "it is less than the ways to its payee carry",
  above_maximum: "it is more than the ways to its payee carry",
  fee_above_limit: "its fee would be above the limit",
};

function whyNone(policy: PoolPolicy, { payee }: ObligationState, rejected: readonly RejectedRoute[]): string {
  const [first] = rejected.toSorted((a, b) => (a.code === "disabled" ? 1 : 0) - (b.code === "disabled" ? 1 : 0));
  if (first === undefined) return `custody has no way to ${payee ?? "its payee"}`;
  const disabled = first.code === "disabled" ? first.route.disabled_reason : null;
  const limit = first.limit === null ? "" : ` (${amountText(policy.asset, maxOf(first.limit, 0n))})`;
  return disabled ?? `${REJECTED[first.code]}${limit}`;
}
