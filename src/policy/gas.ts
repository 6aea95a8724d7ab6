/**
 * Wallets that pay for transactions. One transaction is taken to cost
 *
 *   cost = max(transaction_cost, fee_times x max(fee now, usual fee) of sending the coin)
 *
 * and a wallet that can pay for fewer than `transactions_low` of them, with what is on its way counted, is supplied up to
 * `transactions_target`, never above `wallet_max`. The emptiest wallet comes first. One that cannot pay for a single
 * transaction is an emergency: everything that it sends stands still. A wallet on demand gets what a waiting sweep needs, and
 * half as much again, so that a fee that rises meanwhile does not leave it short.
 */
import { amountText, divide, maxOf, minOf } from "../money/index.ts";
import { type Finding, finding } from "./finding.ts";
import { cashOf, isTaken, isUsed, type TaskInput, type TaskPlan, type Wish } from "./task_parts.ts";
import { namesText } from "./text.ts";
import type { GasTask, ResolvedLevels, RouteOption, Severity, Snapshot, WalletState } from "./types.ts";

/** One transaction of this wallet, in base units of the coin. */
export function transactionCost(task: GasTask, routes: readonly RouteOption[], wallet_id: string): bigint {
  const ways = routes.filter(({ to_wallet, enabled }) => to_wallet === wallet_id && enabled);
  const fee = ways.reduce((most, way) => maxOf(most, maxOf(way.fee_fixed, way.fee_usual ?? 0n)), 0n);
  return maxOf(task.transaction_cost, fee * BigInt(task.fee_times));
}

interface Need {
  readonly wallet: WalletState;
  readonly cost: bigint;
  /** With what is on its way. */
  readonly has: bigint;
  readonly low: bigint;
  readonly target: bigint;
  readonly on_demand: boolean;
}

export function planGas({ snapshot, policy }: TaskInput, task: GasTask): TaskPlan {
  const sending = snapshot.wallets.filter((wallet) => wallet.side === "liquidity" && isUsed(wallet));
  const known = sending.filter(({ available, freshness }) => available !== null && freshness === "fresh");
  const unknown = sending.filter((wallet) => !known.includes(wallet));
  const needs = known.map((wallet) => needOf(snapshot, task, wallet));
  const short = needs.filter(({ has, low }) => has < low).toSorted(leastFirst(({ wallet }) => cashOf(wallet)));
  const dry = needs.filter((need) => !need.on_demand && cashOf(need.wallet) < need.cost);
  const severity: Severity = dry.length > 0 ? "emergency" : short.some((need) => !need.on_demand) ? "urgent" : "normal";
  const wishes = short.map((need) => wishOf(snapshot, policy.wallet_floors, need));
  const findings: Finding[] = [...short.map((need) => lowFinding(need, policy.asset))];
  const [usual] = needs;
  if (short.length === 0 && needs.some(({ on_demand }) => !on_demand)) findings.push(suppliedFinding(needs, dry));
  if (usual !== undefined) findings.push(costFinding(task, usual.cost, policy.asset));
  if (unknown.length > 0) findings.push(unknownFinding(unknown, needs.length === 0));
  findings.push(...sourceFindings(snapshot, wishes));
  return { severity, findings, wishes, levels: levelsOf(task, needs) };
}

function needOf(snapshot: Snapshot, task: GasTask, wallet: WalletState): Need {
  const cost = transactionCost(task, snapshot.routes, wallet.wallet_id);
  const has = cashOf(wallet) + wallet.in_flight_in + wallet.pending_in;
  const on_demand = task.on_demand.includes(wallet.wallet_id);
  const wanted = wallet.gas_wanted ?? 0n;
  const low = on_demand ? wanted : cost * BigInt(task.transactions_low);
  const target = on_demand ? wanted + divide(wanted, 2n, "up") : cost * BigInt(task.transactions_target);
  return { wallet, cost, has, low: minOf(low, task.wallet_max), target: minOf(target, task.wallet_max), on_demand };
}

/** By the number of transactions that `amount` of each can pay for. */
function leastFirst(amount: (need: Need) => bigint): (a: Need, b: Need) => number {
  return (a, b) => {
    const difference = amount(a) * b.cost - amount(b) * a.cost;
    if (difference !== 0n) return difference < 0n ? -1 : 1;
    return a.wallet.wallet_id < b.wallet.wallet_id ? -1 : 1;
  };
}

function wishOf(snapshot: Snapshot, floors: Readonly<Record<string, bigint>>, { wallet, has, target }: Need): Wish {
  const givers = new Map(
    snapshot.wallets
      .filter((one) => one.side === "reserve" && isUsed(one) && one.available !== null && one.freshness === "fresh")
      .map((one) => [one.wallet_id, maxOf(cashOf(one) - (floors[one.wallet_id] ?? 0n), 0n)]),
  );
  const routes = snapshot.routes.filter(
    (route) => route.to_wallet === wallet.wallet_id && givers.has(route.from_wallet) && !isTaken(snapshot, route),
  );
  // The fullest source alone: a supply is small beside it, and one transfer is cheaper than two.
  const cash = routes.reduce((most, { from_wallet }) => maxOf(most, givers.get(from_wallet) ?? 0n), 0n);
  const fullest = routes.filter(({ from_wallet }) => givers.get(from_wallet) === cash);
  const fee = fullest.reduce((most, route) => maxOf(most, route.fee_fixed), 0n);
  return { routes: fullest, amount: target - has, cash, fee_max: maxOf(2n * fee, 1n) };
}

function lowFinding({ wallet, cost, low, on_demand }: Need, asset: TaskInput["policy"]["asset"]): Finding {
  const cash = cashOf(wallet);
  if (on_demand) {
    const facts = { observed: amountText(asset, cash), limit: amountText(asset, low), detail: wallet.wallet_id };
    return finding("gas_wanted", "none", "gas.on_demand", facts);
  }
  const facts = {
    observed: `${countText(cash, cost)} (${amountText(asset, cash)})`,
    limit: countText(low, cost),
    detail: wallet.wallet_id,
  };
  return finding("gas_low", "none", "gas.low", facts);
}

function suppliedFinding(needs: readonly Need[], dry: readonly Need[]): Finding {
  const names = namesText(dry.map(({ wallet }) => wallet.wallet_id));
  // Counted with what is on its way, as the level is.
  const always = needs.filter(({ on_demand }) => !on_demand).toSorted(leastFirst(({ has }) => has));
  const [least] = always;
  return finding("gas_supplied", "hold", "gas.low", {
    observed: least === undefined ? null : countText(least.has, least.cost),
    limit: least === undefined ? null : countText(least.low, least.cost),
    detail: dry.length === 0 ? "" : `; until it is there ${names} cannot pay for one`,
  });
}

function costFinding(task: GasTask, cost: bigint, asset: TaskInput["policy"]["asset"]): Finding {
  const detail =
    cost > task.transaction_cost
      ? `${task.fee_times} times what sending ${asset.id} costs now or usually`
      : "the least that people wrote, for fees are lower now";
  return finding("gas_cost", "none", "gas.transaction_cost", { observed: amountText(asset, cost), detail });
}

function unknownFinding(unknown: readonly WalletState[], alone: boolean): Finding {
  const read = unknown.filter(({ available }) => available !== null);
  const detail = namesText((read.length > 0 ? read : unknown).map(({ wallet_id }) => wallet_id));
  return finding(read.length > 0 ? "stale_liquidity" : "unknown_balance", alone ? "blocked" : "none", "freshness", {
    detail,
  });
}

/** A supply that no source can give is said: people have to fill the source. */
function sourceFindings(snapshot: Snapshot, wishes: readonly Wish[]): readonly Finding[] {
  if (wishes.length === 0 || wishes.some(({ cash }) => cash > 0n)) return [];
  const sources = snapshot.wallets.filter(({ side }) => side === "reserve");
  const stale = sources.filter(({ available, freshness }) => available === null || freshness !== "fresh");
  if (stale.length === sources.length) {
    const detail = namesText(stale.map(({ wallet_id }) => wallet_id));
    return [finding("stale_reserve", "blocked", "freshness", { detail })];
  }
  const busy = wishes.every(({ routes }) => routes.length === 0);
  return busy ? [] : [finding("no_source", "blocked", "reserve", { observed: "nothing above their floors" })];
}

/** Sums over the wallets that are always supplied, for the picture; each wallet is judged by itself. */
function levelsOf(task: GasTask, needs: readonly Need[]): ResolvedLevels | null {
  const always = needs.filter(({ on_demand }) => !on_demand);
  if (always.length === 0) return null;
  const sum = (of: (need: Need) => bigint): bigint => always.reduce((total, need) => total + of(need), 0n);
  const most = task.wallet_max * BigInt(always.length);
  return {
    emergency_low: sum(({ cost }) => cost),
    low: sum(({ low }) => low),
    target: sum(({ target }) => target),
    ...{ high: most, emergency_high: most, floor: null },
  };
}

function countText(units: bigint, cost: bigint): string {
  const count = cost > 0n ? divide(units, cost, "down") : 0n;
  return count === 1n ? "1 transaction" : `${count} transactions`;
}
