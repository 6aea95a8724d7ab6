/**
 * The coin that pays for transactions. A wallet of kind `gas` is the account that a venue sends from; when it does not cover the next
 * transactions people are told while it still does, and when it does not cover one, the ways that it pays for wait and say why.
 */
import type { PoolConfig, WalletConfig } from "../../config/types.ts";
import { sayAmount } from "../../money/index.ts";
import { tables } from "../../store/index.ts";
import { recordAlert } from "../../transfers/index.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps } from "../types.ts";

/** Transactions that a gas wallet should cover at the price of now. */
export const GAS_TRANSACTIONS_MIN = 20n;

/** Empty by design: it is supplied when a sweep waits for it, and pays for one address, not for its whole venue. */
function isOnDemand({ config }: Pick<DaemonDeps, "config">, { id }: WalletConfig): boolean {
  return config.pools.some(({ policy }) => policy.task?.kind === "gas" && policy.task.on_demand.includes(id));
}

/**
 * Why a way waits for gas; null when it does not. A wallet's gas wallet is the one that its pool names, else the one with its own
 * account; where neither is known, every gas wallet of its venue on this network may be it.
 */
export function gasEmptyOn(
  { wallets }: Pick<DaemonDeps["config"], "wallets">,
  { gas_empty }: Pick<DaemonState, "gas_empty">,
  pool: Pick<PoolConfig, "gas">,
  { from, network }: { readonly from: WalletConfig; readonly network: string },
): string | null {
  if (gas_empty.size === 0) return null;
  const there = wallets.filter(({ kind, venue }) => kind === "gas" && venue === from.venue);
  const named = there.filter(({ id }) => id === pool.gas?.[from.id]);
  const own = there.filter(({ account }) => account === from.account);
  const paying = [named, own, there].find((some) => some.length > 0) ?? [];
  const empty = paying.find(({ id }) => gas_empty.get(id) === network);
  return empty === undefined ? null : `the gas wallet ${empty.id} does not cover one transaction`;
}

/** After a read of the wallet. Its own network's fixed fee is what one transaction may cost. */
export async function watchGas(
  deps: Pick<DaemonDeps, "store" | "clock" | "ids" | "notifier" | "config">,
  state: DaemonState,
  wallet: WalletConfig,
): Promise<void> {
  if (wallet.kind !== "gas" || isOnDemand(deps, wallet)) return;
  const { network, fee_fixed: fee } = state.networks.get(wallet.id)?.networks[0] ?? { network: "", fee_fixed: 0n };
  const balance = await deps.store.read("gas.balance", (tx) => tx.get(tables.balance, { wallet_id: wallet.id }));
  if (balance === undefined || fee === 0n) return;
  const covered = balance.available / fee;
  const say = (units: bigint): string => sayAmount(deps.config.assets, wallet.asset, units);
  const text = `${wallet.id} covers ${covered} more transactions of ${wallet.venue} at the present price of gas (${say(balance.available)}, ${say(fee)} for each); ${GAS_TRANSACTIONS_MIN} should be covered.`;
  if (covered === 0n) state.gas_empty.set(wallet.id, network);
  else state.gas_empty.delete(wallet.id);
  const level = covered >= GAS_TRANSACTIONS_MIN ? "enough" : covered === 0n ? "empty" : "low";
  const before = state.gas_told.get(wallet.id) ?? "enough";
  state.gas_told.set(wallet.id, level);
  if (level === before || level === "enough" || (level === "low" && before === "empty")) return;
  const severity = level === "empty" ? "page" : "warning";
  const notice = { code: `gas_${level}`, severity, message: text, ref: wallet.id } as const;
  await deps.store.tx("gas.alert", (tx) => recordAlert(tx, deps, notice, deps.clock.now()));
  deps.notifier.notify(notice);
}
