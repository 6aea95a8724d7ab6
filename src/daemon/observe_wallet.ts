/**
 * One wallet: its balance, then every movement since the last time, booked once each. The balance is written last, with the
 * comparison of books and venue, in one transaction; what a crash interrupts is read again from the cursor. An instance that
 * stood still, and was overtaken by another's observation, drops its own: an old balance never replaces a newer one.
 */
import type { WalletConfig } from "../config/types.ts";
import { type BalanceRow, tables } from "../store/index.ts";
import { refOf } from "../transfers/index.ts";
import { VenueError } from "../venues/index.ts";
import type { MovementPage, Venue, VenueBalance } from "../venues/port.ts";
import { bookPage } from "./book_movements.ts";
import { PAGES_MAX } from "./limits.ts";
import { drainHistory, openBooks, readOpening } from "./open_wallet.ts";
import { compareWallet } from "./reconcile.ts";
import { recordObserved } from "./record_observed.ts";
import type { DaemonState } from "./state.ts";
import type { DaemonDeps, WalletReconciliation } from "./types.ts";

const ERROR_LENGTH_MAX = 400;

export interface Observed {
  /** It has to be read again at once: there is more than one observation reads, or another instance was faster. */
  readonly more: boolean;
}

/** @throws VenueError when the venue cannot be read; StoreError */
export async function observeWallet(deps: DaemonDeps, state: DaemonState, wallet: WalletConfig): Promise<Observed> {
  const venue = deps.venues.get(wallet.venue);
  if (venue === undefined) throw new VenueError("venue_not_found", `No connector for the venue ${wallet.venue}.`);
  const lists = venue.capabilities().list_movements;
  const known = await deps.store.read("wallet.known", (tx) => tx.get(tables.balance, { wallet_id: wallet.id }));
  let cursor = known?.movement_cursor ?? null;
  if (known === undefined && lists) {
    cursor = await drainHistory(deps, venue, wallet);
    if (cursor === null) return { more: true };
  }
  const balance = balanceRow(deps, wallet, await venue.getBalance(refOf(wallet)), cursor);
  if (known === undefined) await openBooks(deps, wallet, balance);
  const pages = lists ? await readPages(deps, venue, wallet, cursor) : { cursor, more: false };
  const compared = await deps.store.tx("wallet.observed", async (tx) => {
    const row = { ...balance, movement_cursor: pages.cursor };
    const last = await tx.get(tables.balance, { wallet_id: wallet.id });
    if (last?.received_at !== (known ?? balance).received_at) return null;
    await tx.upsert(tables.balance, row);
    if (known !== undefined && known.error !== null) await recordObserved(tx, deps, row);
    return compareWallet(tx, deps, wallet, row, lists && !pages.more);
  });
  if (compared === null) return { more: true };
  tellOfBreak(deps, state.reconciliations.get(wallet.id), compared);
  state.reconciliations.set(wallet.id, compared);
  return { more: pages.more };
}

/** People hear of a break when it opens, after it is written. */
function tellOfBreak(deps: DaemonDeps, before: WalletReconciliation | undefined, now: WalletReconciliation): void {
  if (now.state !== "break" || before?.state === "break") return;
  const message = `${now.wallet_id} does not agree with the books; nothing new starts for ${now.asset}.`;
  deps.notifier.notify({ code: "break_opened", severity: "page", message, ref: now.wallet_id });
}

/** Keeps what was known and writes beside it why it is not newer; one event when it starts to fail. */
export async function recordReadError(
  deps: DaemonDeps,
  state: DaemonState,
  wallet: WalletConfig,
  message: string,
): Promise<void> {
  const error = message.slice(0, ERROR_LENGTH_MAX);
  await deps.store.tx("wallet.error", async (tx) => {
    const known = await tx.get(tables.balance, { wallet_id: wallet.id });
    if (known === undefined || known.error === error) return;
    await tx.update(tables.balance, { wallet_id: wallet.id }, { error });
    if (known.error === null) await recordObserved(tx, deps, { ...known, error });
  });
  const last = state.reconciliations.get(wallet.id);
  if (last !== undefined && last.state !== "break") state.reconciliations.set(wallet.id, { ...last, state: "unknown" });
}

async function readPages(
  deps: DaemonDeps,
  venue: Venue,
  wallet: WalletConfig,
  from: string | null,
): Promise<{ cursor: string | null; more: boolean }> {
  const opening = await deps.store.read("wallet.opening", (tx) => readOpening(tx, wallet.id));
  let cursor = from;
  for (let read = 0; read < PAGES_MAX; read += 1) {
    const page: MovementPage = await venue.listMovements(refOf(wallet), cursor);
    await bookPage(deps, wallet, page, opening);
    cursor = page.cursor;
    if (!page.has_more) return { cursor, more: false };
  }
  return { cursor, more: true };
}

function balanceRow(
  deps: DaemonDeps,
  wallet: WalletConfig,
  balance: VenueBalance,
  movement_cursor: string | null,
): BalanceRow {
  const { total, available, pending_in, pending_out, locked, height, pending_readable } = balance;
  const received_at = deps.clock.now();
  return {
    wallet_id: wallet.id,
    venue_id: wallet.venue,
    asset: wallet.asset,
    total,
    available,
    pending_in,
    pending_out,
    locked,
    as_of: Math.min(balance.as_of, received_at),
    height,
    pending_readable,
    received_at,
    source: "poll",
    error: null,
    movement_cursor,
  };
}
