/**
 * Books against venue and chain, wallet by wallet, in the transaction that writes each balance. What nothing explains opens a
 * break; above the asset's tolerance it stops new moves of the asset and people are paged, within the poll that showed it.
 */
import type { WalletConfig } from "../../config/types.ts";
import {
  type ChainReading,
  effectOf,
  isFrozenByBreaks,
  OPEN_BREAKS_MAX,
  openBreaksOf,
  type ReportedMovement,
  reconcileWallet,
  recordBreaks,
  refreshFreeze,
  walletBalance,
} from "../../ledger/index.ts";
import type { BreakRow, WalletReconciliation } from "../../ledger/types.ts";
import { sayAmount } from "../../money/index.ts";
import type { Instant, Notice } from "../../ports/index.ts";
import { type BalanceRow, type MovementRow, type ReadTx, type Tx, tables } from "../../store/index.ts";
import { recordAlert } from "../../transfers/index.ts";
import { carriedOf, clearSuspense, lookAtSuspense } from "../observe/clear_suspense.ts";
import { isIncluded } from "../observe/included.ts";
import { readOwn } from "../observe/own_transfers.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps } from "../types.ts";
import { endProposal, openProposalOn } from "./read_breaks.ts";

/** Movements after a balance that are looked at. */
const LATER_MAX = 5_000;
/** Clocks of a venue's balance and its list may differ by this much. */
const SKEW_MS = 3_600_000;

export interface Compared {
  readonly reconciliation: WalletReconciliation;
  /** To be told to people once the transaction has committed. */
  readonly notices: readonly Notice[];
}

/** What a comparison looks at, asked for at once where the store gathers what is asked for; changes nothing. */
export async function lookAtWallet(tx: ReadTx, wallet: WalletConfig, balance: BalanceRow): Promise<void> {
  if (tx.gathers === true) await Promise.all([lookAtSuspense(tx, wallet), readAll(tx, wallet, balance)]);
}

function readAll(tx: ReadTx, wallet: WalletConfig, balance: BalanceRow) {
  return Promise.all([
    walletBalance(tx, wallet.id, wallet.asset),
    carriedOf(tx, wallet),
    readOwn(tx, wallet.asset, balance.received_at),
    openBreaksOf(tx, wallet.id),
    flowsAfter(tx, balance),
    unexplainedOf(tx, wallet.id),
    isFrozenByBreaks(tx, wallet.asset),
  ]);
}

/** `complete`: every movement up to the balance was read; without it the balances cannot be compared. */
export async function compareWallet(
  tx: Tx,
  deps: DaemonDeps,
  wallet: WalletConfig,
  balance: BalanceRow,
  { complete, chain }: { readonly complete: boolean; readonly chain: ChainReading | null },
): Promise<Compared> {
  await clearSuspense(tx, deps, wallet);
  const [{ posted }, carried, own, breaks, later, unexplained, frozen_before] = await readAll(tx, wallet, balance);
  const ours = own.flatMap(({ movements }) => movements).filter(({ wallet_id }) => wallet_id === wallet.id);
  const disputed = new Set(breaks.map(({ movement_id }) => movement_id));
  const reported = (movement: MovementRow): ReportedMovement => ({
    ...movement,
    included: isIncluded(movement, balance),
    disputed: disputed.has(movement.movement_id),
  });
  const reconciliation = reconcileWallet({
    wallet_id: wallet.id,
    asset: wallet.asset,
    ledger: posted,
    carried,
    venue: complete ? { total: balance.total, as_of: balance.as_of } : null,
    chain,
    transfers: own.map(({ row }) => row),
    movements: [...ours, ...later, ...unexplained].map(reported),
  });
  const at = deps.clock.now();
  const { opened, closed } = await recordBreaks(tx, deps.ids, { reconciliation, actor: "daemon", at });
  for (const row of closed) await overtake(tx, deps, row, at);
  if (opened.length + closed.length + reconciliation.unexplained.length === 0) return { reconciliation, notices: [] };
  const freeze = await refreshFreeze(tx, wallet.asset, toleranceOf(deps, wallet.asset), frozen_before);
  const notices = [
    ...opened.map((row) => openedNotice(deps, row, freeze.frozen)),
    ...(freeze.frozen && freeze.changed ? [frozenNotice(deps, wallet.asset, freeze.size)] : []),
  ];
  for (const notice of notices) await recordAlert(tx, deps, notice, at);
  return { reconciliation, notices };
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

/** Size of open breaks up to which an asset goes on, in base units; nothing said means nothing is tolerated. */
export function toleranceOf({ config }: Pick<DaemonDeps, "config">, asset: string): bigint {
  return config.reconciliation.tolerances.get(asset) ?? 0n;
}

function openedNotice(
  { config }: Pick<DaemonDeps, "config">,
  row: BreakRow,
  frozen: boolean,
): Notice & { readonly ref: string } {
  const { wallet_id, difference, asset, cause } = row;
  const end = frozen ? "nothing new starts" : "it is within the tolerance, and the asset goes on";
  const message = `${wallet_id} has a difference of ${sayAmount(config.assets, asset, difference)} that nothing explains; ${end}. ${cause}`;
  return { code: "break_opened", severity: frozen ? "page" : "warning", message, ref: wallet_id };
}

function frozenNotice(
  { config }: Pick<DaemonDeps, "config">,
  asset: string,
  size: bigint,
): Notice & { readonly ref: string } {
  const message = `${asset} is stopped: breaks of ${sayAmount(config.assets, asset, size)} are open. What is in flight is followed.`;
  return { code: "asset_frozen", severity: "page", message, ref: asset };
}

/** What people were asked about a break that explained itself is no question any more. */
async function overtake(tx: Tx, deps: DaemonDeps, row: BreakRow, now: Instant): Promise<void> {
  const proposal = await openProposalOn(tx, row.id);
  if (proposal !== null) await endProposal(tx, deps, proposal, { state: "overtaken", actor: "daemon", now });
}

/** Customers' movements that may be booked already and not yet in this balance. */
async function flowsAfter(tx: ReadTx, balance: BalanceRow): Promise<MovementRow[]> {
  const later = await tx.find(tables.movement, {
    where: {
      wallet_id: balance.wallet_id,
      at: { gte: balance.as_of - SKEW_MS },
      transfer_id: null,
      unexplained: false,
    },
    order_by: [
      ["at", "desc"],
      ["movement_id", "asc"],
    ],
    limit: LATER_MAX,
  });
  return later.filter((movement) => !isIncluded(movement, balance));
}

/** Movements that are in no book, oldest first. */
async function unexplainedOf(tx: ReadTx, wallet_id: string): Promise<MovementRow[]> {
  const rows = await tx.find(tables.movement, {
    where: { wallet_id, unexplained: true },
    order_by: [
      ["at", "asc"],
      ["movement_id", "asc"],
    ],
    limit: OPEN_BREAKS_MAX,
  });
  return rows.filter((row) => effectOf(row) !== 0n);
}
