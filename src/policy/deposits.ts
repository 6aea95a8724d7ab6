/**
 * Addresses where customers deposit, emptied into the hot wallet. An address is swept when
 *
 *   amount >= sweep_min   and   fee + cost of its gas <= fee_max_ppm of the amount, and at most fee_max
 *
 * The largest go first, so many at a time as the batch allows. Where the asset cannot pay for its own transaction (a token),
 * the address needs the coin of its chain first: its gas wallet is supplied by the gas pool because the sweep waits for it.
 */
import { amountText, divide, maxOf } from "../money/index.ts";
import { PPM } from "../routes/index.ts";
import { type Finding, finding } from "./finding.ts";
import { cashOf, isTaken, isUsed, type TaskInput, type TaskPlan, type Wish } from "./task_parts.ts";
import { namesText } from "./text.ts";
import type { DepositTask, PoolPolicy, RouteOption, Snapshot, WalletState } from "./types.ts";

/** Deposits named one by one when something keeps them. */
const NAMED_MAX = 5;

interface Address {
  readonly wallet: WalletState;
  readonly amount: bigint;
  readonly routes: readonly RouteOption[];
  /** Fee in the asset and the gas in its worth; gas without a price counts as nothing here and is said. */
  readonly cost: bigint;
}

export function planDeposits({ snapshot, policy }: TaskInput, task: DepositTask): TaskPlan {
  const { asset } = policy;
  const all = snapshot.wallets.filter((wallet) => wallet.side === "liquidity" && isUsed(wallet));
  const known = all.filter(({ available, freshness }) => available !== null && freshness === "fresh");
  const large = known
    .map((wallet) => addressOf(snapshot, wallet))
    .filter(({ wallet, amount }) => amount >= task.sweep_min && !isBusy(snapshot, wallet))
    .toSorted(largestFirst);
  const worth = large.filter((address) => isWorth(policy, address));
  const ready = worth.filter(({ wallet }) => hasGas(wallet));
  const under_way = snapshot.open_transfers.length;
  const now = ready.slice(0, Math.max(0, task.batch_max - under_way));
  const sum = (some: readonly Address[]): string =>
    amountText(
      asset,
      some.reduce((total, { amount }) => total + amount, 0n),
    );
  const findings: Finding[] = [];
  if (now.length > 0) {
    const facts = { observed: sum(now), limit: amountText(asset, task.sweep_min), detail: countText(now.length) };
    findings.push(finding("deposits_ready", "none", "sweep.min", facts));
  } else if (large.length === 0 && known.length > 0) {
    const held = known.reduce((total, wallet) => total + cashOf(wallet), 0n);
    const facts = { observed: amountText(asset, held), limit: amountText(asset, task.sweep_min) };
    findings.push(finding("deposits_below", "hold", "sweep.min", facts));
  }
  findings.push(...costFindings(policy, task, large, worth), ...gasFindings(worth));
  if (now.length < ready.length) {
    const facts = { observed: countText(ready.length - now.length), limit: countText(task.batch_max) };
    findings.push(finding("batch_full", now.length === 0 ? "wait" : "none", "sweep.batch", facts));
  }
  findings.push(...unknownFindings(all, known));
  const held = snapshot.sweeps_held_reason ?? null;
  if (held !== null && now.length > 0) findings.push(finding("sweeps_held", "wait", "sweeps", { detail: held }));
  return { severity: "normal", findings, wishes: now.map((address) => wishOf(policy, address)), levels: null };
}

/** What each address needs of its gas wallet before it can be swept: what the gas pool supplies on demand. */
export function gasWanted(snapshot: Snapshot, policy: PoolPolicy, task: DepositTask): ReadonlyMap<string, bigint> {
  const wanted = new Map<string, bigint>();
  for (const wallet of snapshot.wallets) {
    const { gas } = wallet;
    if (gas === undefined || gas.needed === null || wallet.side !== "liquidity" || !isUsed(wallet)) continue;
    if (wallet.freshness !== "fresh" || isBusy(snapshot, wallet)) continue;
    const address = addressOf(snapshot, wallet);
    if (address.amount >= task.sweep_min && isWorth(policy, address)) wanted.set(gas.wallet_id, gas.needed);
  }
  return wanted;
}

function addressOf(snapshot: Snapshot, wallet: WalletState): Address {
  const active = new Set(
    snapshot.wallets.filter((one) => one.side === "reserve" && one.status === "active").map((one) => one.wallet_id),
  );
  const routes = snapshot.routes.filter(
    (route) => route.from_wallet === wallet.wallet_id && active.has(route.to_wallet) && !isTaken(snapshot, route),
  );
  const open = routes.filter(({ enabled }) => enabled);
  const fee = open.reduce<bigint | null>(
    (least, { fee_fixed }) => (least === null || fee_fixed < least ? fee_fixed : least),
    null,
  );
  return { wallet, amount: cashOf(wallet), routes, cost: (fee ?? 0n) + (wallet.gas?.cost ?? 0n) };
}

function isBusy(snapshot: Snapshot, { wallet_id }: WalletState): boolean {
  return snapshot.open_transfers.some(({ from_wallet }) => from_wallet === wallet_id);
}

function mostPaid({ fee_max, fee_max_ppm }: PoolPolicy, amount: bigint): bigint {
  const share = divide(amount * BigInt(fee_max_ppm), PPM, "down");
  return share < fee_max ? share : fee_max;
}

function isWorth(policy: PoolPolicy, { amount, cost }: Address): boolean {
  return cost <= mostPaid(policy, amount);
}

function hasGas({ gas }: WalletState): boolean {
  return gas === undefined || (gas.needed !== null && gas.available !== null && gas.available >= gas.needed);
}

/** Everything that is there, less the highest fee where the fee is paid in the asset itself. */
function wishOf(policy: PoolPolicy, { routes, amount }: Address): Wish {
  const fee = routes.reduce((most, route) => maxOf(most, route.fee_fixed), 0n);
  const fee_max = 2n * fee < policy.fee_max ? 2n * fee : policy.fee_max;
  return { routes, amount: maxOf(amount - fee_max, 0n), cash: amount, fee_max };
}

function costFindings(
  policy: PoolPolicy,
  task: DepositTask,
  large: readonly Address[],
  worth: readonly Address[],
): readonly Finding[] {
  const dear = large.filter((address) => !worth.includes(address)).slice(0, NAMED_MAX);
  const text = (units: bigint): string => amountText(policy.asset, units);
  const unpriced = worth.filter(({ wallet }) => wallet.gas !== undefined && wallet.gas.cost === null);
  return [
    ...dear.map(({ wallet, amount, cost }) =>
      finding("deposit_not_worth", worth.length === 0 ? "hold" : "none", "fee.max_share", {
        observed: text(cost),
        limit: text(mostPaid(policy, amount)),
        detail: `${wallet.wallet_id} (${text(amount)})`,
      }),
    ),
    ...(unpriced.length === 0
      ? []
      : [
          finding("deposit_cost_unknown", "none", "sweep.min", {
            limit: text(task.sweep_min),
            detail: namesText(unpriced.map(({ wallet }) => wallet.wallet_id)),
          }),
        ]),
  ];
}

function gasFindings(worth: readonly Address[]): readonly Finding[] {
  const waiting = worth.filter(({ wallet }) => !hasGas(wallet));
  const effect = waiting.length === worth.length ? "wait" : "none";
  return waiting.slice(0, NAMED_MAX).map(({ wallet }) => {
    const { gas } = wallet;
    const text = (units: bigint | null | undefined): string | null =>
      gas === undefined || units == null ? null : amountText({ id: gas.coin, decimals: gas.decimals }, units);
    const facts = { observed: text(gas?.available), limit: text(gas?.needed), detail: wallet.wallet_id };
    return finding("deposit_needs_gas", effect, "gas", facts);
  });
}

function unknownFindings(all: readonly WalletState[], known: readonly WalletState[]): readonly Finding[] {
  const unknown = all.filter((wallet) => !known.includes(wallet));
  if (unknown.length === 0) return [];
  const detail = namesText(unknown.map(({ wallet_id }) => wallet_id));
  const read = unknown.some(({ available }) => available !== null);
  const effect = known.length === 0 ? "blocked" : "none";
  return [finding(read ? "stale_liquidity" : "unknown_balance", effect, "freshness", { detail })];
}

function largestFirst(a: Address, b: Address): number {
  if (a.amount !== b.amount) return a.amount > b.amount ? -1 : 1;
  return a.wallet.wallet_id < b.wallet.wallet_id ? -1 : 1;
}

function countText(count: number): string {
  return count === 1 ? "1 address" : `${count} addresses`;
}
