/**
 * The coin that pays for transactions. A wallet of kind `gas` is the account that a venue sends from; when it does not cover the next
 * transactions people are told while it still does, and when it does not cover one, its venue's ways wait and say why.
 */
import type { WalletConfig } from "../config/types.ts";
import { tables } from "../store/index.ts";
import { recordAlert } from "../transfers/index.ts";
import type { DaemonState } from "./state.ts";
import type { DaemonDeps } from "./types.ts";

/** Transactions that a gas wallet should cover at the price of now. */
export const GAS_TRANSACTIONS_MIN = 20n;

/** Empty by design: it is supplied when a sweep waits for it, and pays for one address, not for its whole venue. */
function isOnDemand({ config }: Pick<DaemonDeps, "config">, { id }: WalletConfig): boolean {
  return config.pools.some(({ policy }) => policy.task?.kind === "gas" && policy.task.on_demand.includes(id));
}

/** After a read of the wallet. Its own network's fixed fee is what one transaction may cost. */
export async function watchGas(
  deps: Pick<DaemonDeps, "store" | "clock" | "ids" | "notifier" | "config">,
  state: DaemonState,
  wallet: WalletConfig,
): Promise<void> {
  if (wallet.kind !== "gas" || isOnDemand(deps, wallet)) return;
  const fee = state.networks.get(wallet.id)?.networks[0]?.fee_fixed ?? 0n;
  const balance = await deps.store.read("gas.balance", (tx) => tx.get(tables.balance, { wallet_id: wallet.id }));
  if (balance === undefined || fee === 0n) return;
  const covered = balance.available / fee;
  const text = `${wallet.id} covers ${covered} more transactions of ${wallet.venue} at the present price of gas (${balance.available} base units of ${wallet.asset}, ${fee} for each); ${GAS_TRANSACTIONS_MIN} should be covered.`;
  if (covered === 0n) state.gas_empty.set(wallet.venue, `the gas wallet ${wallet.id} does not cover one transaction`);
  else state.gas_empty.delete(wallet.venue);
  const level = covered >= GAS_TRANSACTIONS_MIN ? "enough" : covered === 0n ? "empty" : "low";
  const before = state.gas_told.get(wallet.id) ?? "enough";
  state.gas_told.set(wallet.id, level);
  if (level === before || level === "enough" || (level === "low" && before === "empty")) return;
  const severity = level === "empty" ? "page" : "warning";
  const notice = { code: `gas_${level}`, severity, message: text, ref: wallet.id } as const;
  await deps.store.tx("gas.alert", (tx) => recordAlert(tx, deps, notice, deps.clock.now()));
  deps.notifier.notify(notice);
}
