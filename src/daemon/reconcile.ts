/**
 * Books against venue, wallet by wallet, in the transaction that writes each balance. A difference opens a break, which stops new
 * moves of the asset, ages, and closes when both agree again.
 */
import type { WalletConfig } from "../config/types.ts";
import { type ReportedMovement, reconcileWallet, recordBreak, walletBalance } from "../ledger/index.ts";
import { type BalanceRow, type MovementRow, type ReadTx, type Tx, tables } from "../store/index.ts";
import { recordAlert } from "../transfers/index.ts";
import { clearSuspense } from "./clear_suspense.ts";
import { isIncluded } from "./included.ts";
import { readOwn } from "./own_transfers.ts";
import type { DaemonState } from "./state.ts";
import type { DaemonDeps, WalletReconciliation } from "./types.ts";

/** Movements after a balance that are looked at. */
const LATER_MAX = 5_000;
/** Clocks of a venue's balance and its list may differ by this much. */
const SKEW_MS = 3_600_000;

/** `complete`: every movement up to the balance was read; without it the wallet cannot be compared. */
export async function compareWallet(
  tx: Tx,
  deps: DaemonDeps,
  wallet: WalletConfig,
  balance: BalanceRow,
  complete: boolean,
): Promise<WalletReconciliation> {
  await clearSuspense(tx, deps, wallet);
  const { posted } = await walletBalance(tx, wallet.id, wallet.asset);
  const own = await readOwn(tx, wallet.asset, deps.clock.now());
  const ours = own.flatMap(({ movements }) => movements).filter(({ wallet_id }) => wallet_id === wallet.id);
  const reported = (movement: MovementRow): ReportedMovement => ({
    ...movement,
    included: isIncluded(movement, balance),
  });
  const reconciliation = reconcileWallet({
    wallet_id: wallet.id,
    asset: wallet.asset,
    ledger: posted,
    venue: complete ? { total: balance.total, as_of: balance.as_of } : null,
    transfers: own.map(({ row }) => row),
    movements: [...ours.map(reported), ...(await flowsAfter(tx, balance)).map(reported)],
  });
  const at = deps.clock.now();
  const { change, row } = await recordBreak(tx, deps.ids, {
    reconciliation,
    actor: "daemon",
    at,
    cause: "unexplained",
  });
  if (change === "opened" && row !== null) {
    const message = `${wallet.id} holds ${row.difference} base units of ${row.asset} that the books do not explain; nothing new starts.`;
    await recordAlert(tx, deps, { code: "break_opened", severity: "page", message, ref: wallet.id }, at);
  }
  return reconciliation;
}

/** The last comparison of every wallet; `unknown` where none was possible yet. */
export async function listReconciliations(deps: DaemonDeps, state: DaemonState): Promise<WalletReconciliation[]> {
  return deps.store.read("reconcile.list", async (tx) => {
    const list: WalletReconciliation[] = [];
    for (const { id, asset } of deps.config.wallets) {
      const known = state.reconciliations.get(id);
      const ledger = known?.ledger ?? (await walletBalance(tx, id, asset)).posted;
      list.push(known ?? reconcileWallet({ wallet_id: id, asset, ledger, venue: null, transfers: [], movements: [] }));
    }
    return list;
  });
}

/** Customers' movements that may be booked already and not yet in this balance. */
async function flowsAfter(tx: ReadTx, balance: BalanceRow): Promise<MovementRow[]> {
  const later = await tx.find(tables.movement, {
    where: { wallet_id: balance.wallet_id, at: { gte: balance.as_of - SKEW_MS }, transfer_id: null },
    order_by: [
      ["at", "desc"],
      ["movement_id", "asc"],
    ],
    limit: LATER_MAX,
  });
  return later.filter((movement) => !isIncluded(movement, balance));
}
