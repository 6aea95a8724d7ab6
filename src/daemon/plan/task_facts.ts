/**
 * What the small rules need to know of each other: what pays for the transactions of a deposit address, and which gas wallet a
 * waiting sweep needs supplied.
 */
import type { PoolConfig, WalletConfig } from "../../config/types.ts";
import { divide, maxOf } from "../../money/index.ts";
import { gasWanted, taskWay, transactionCost } from "../../policy/index.ts";
import type { GasState, PriceState, RouteOption, Snapshot, WalletState } from "../../policy/types.ts";
import type { Instant } from "../../ports/index.ts";
import { type ReadTx, tables } from "../../store/index.ts";
import { routesOf } from "../observe/networks.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps } from "../types.ts";
import { priceOf } from "./prices.ts";

/** The pool's ways; where a rule moves one way, the other is none. */
export function waysOf(deps: DaemonDeps, state: DaemonState, pool: PoolConfig, now: Instant): RouteOption[] {
  const routes = routesOf(deps.config, state, pool, now);
  const { task } = pool.policy;
  if (task === undefined) return routes;
  const takers = taskWay(task) === "to_liquidity" ? pool.liquidity : pool.reserve;
  return routes.filter(({ to_wallet }) => takers.includes(to_wallet));
}

/** What pays for the wallet's transactions, where another wallet does. */
export async function gasOf(
  tx: ReadTx,
  deps: DaemonDeps,
  state: DaemonState,
  pool: PoolConfig,
  { id, stale_after_ms }: WalletConfig,
  now: Instant,
): Promise<{ readonly gas?: GasState }> {
  const wallet_id = pool.gas?.[id];
  const wallet = deps.config.wallets.find((one) => one.id === wallet_id);
  if (wallet_id === undefined || wallet === undefined) return {};
  const supplier = deps.config.pools.find(
    (one) => one.policy.task?.kind === "gas" && one.liquidity.includes(wallet_id),
  );
  const task = supplier?.policy.task;
  const coin = deps.config.assets.get(wallet.asset);
  const balance = await tx.get(tables.balance, { wallet_id });
  const fresh = balance !== undefined && now - balance.as_of <= Math.max(stale_after_ms, wallet.stale_after_ms);
  const needed =
    supplier === undefined || task?.kind !== "gas"
      ? null
      : transactionCost(task, waysOf(deps, state, supplier, now), wallet_id);
  return {
    gas: {
      ...{ wallet_id, coin: wallet.asset, decimals: coin?.decimals ?? 0, needed },
      available: fresh ? maxOf(balance.available - balance.locked, 0n) : null,
      cost: needed === null ? null : worth(deps, state, needed, wallet.asset, pool),
    },
  };
}

/** Base units of the pool's asset that the coin is worth, rounded up; null without a trusted price of either. */
function worth(deps: DaemonDeps, state: DaemonState, units: bigint, coin: string, pool: PoolConfig): bigint | null {
  const { asset } = pool.policy;
  if (coin === asset.id) return units;
  const [of_coin, of_asset] = [priceOf(deps, state, coin), priceOf(deps, state, asset.id)].map(trusted);
  const decimals = deps.config.assets.get(coin)?.decimals;
  if (of_coin == null || of_asset == null || decimals === undefined || of_asset.num <= 0n) return null;
  const num = units * of_coin.num * of_asset.den * 10n ** BigInt(asset.decimals);
  return divide(num, of_coin.den * of_asset.num * 10n ** BigInt(decimals), "up");
}

function trusted(price: PriceState | null): PriceState["price"] {
  return price?.status === "fresh" ? price.price : null;
}

/** The wallets of a gas pool with what waiting sweeps need of each. `snapshotOf` sees another pool. */
export async function withWanted(
  { config }: DaemonDeps,
  pool: PoolConfig,
  wallets: readonly WalletState[],
  snapshotOf: (pool: PoolConfig) => Promise<Snapshot>,
): Promise<readonly WalletState[]> {
  const { task } = pool.policy;
  if (task?.kind !== "gas" || task.on_demand.length === 0) return wallets;
  const wanted = new Map<string, bigint>();
  for (const other of config.pools) {
    const rule = other.policy.task;
    if (rule?.kind !== "deposits" || other.gas === undefined) continue;
    if (!Object.values(other.gas).some((wallet_id) => task.on_demand.includes(wallet_id))) continue;
    const needs = gasWanted(await snapshotOf(other), other.policy, rule);
    for (const [wallet_id, units] of needs) wanted.set(wallet_id, maxOf(wanted.get(wallet_id) ?? 0n, units));
  }
  return wallets.map((wallet) => {
    const units = wanted.get(wallet.wallet_id);
    return units === undefined ? wallet : { ...wallet, gas_wanted: units };
  });
}
