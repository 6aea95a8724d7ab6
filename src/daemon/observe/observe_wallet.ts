/**
 * One wallet: its balance, then every movement since the last time, booked once each. The balance is written last, with the
 * comparison of books and venue, in one transaction; what a crash interrupts is read again from the cursor. An instance that
 * stood still, and was overtaken by another's observation, drops its own: an old balance never replaces a newer one.
 */
import type { WalletConfig } from "../../config/types.ts";
import type { ChainReading } from "../../ledger/index.ts";
import { type BalanceRow, tables } from "../../store/index.ts";
import { messageOf, refOf } from "../../transfers/index.ts";
import { VenueError } from "../../venues/index.ts";
import type { MovementPage, Venue, VenueBalance } from "../../venues/port.ts";
import { isManual } from "../../wallets/index.ts";
import { PAGES_MAX } from "../limits.ts";
import { compareWallet, lookAtWallet } from "../reconcile/reconcile.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps } from "../types.ts";
import { type Before, bookPage } from "./book_movements.ts";
import { drainHistory, type Opening, openBooks, readOpening } from "./open_wallet.ts";
import { recordObserved } from "./record_observed.ts";
import { tellArrival } from "./tell_arrival.ts";

const ERROR_LENGTH_MAX = 400;

export interface Observed {
  /** It has to be read again at once: there is more than one observation reads, or another instance was faster. */
  readonly more: boolean;
  /** Movements that came to light behind the place we had read up to. */
  readonly found_late: number;
  /** Movements whose content is not what it was when they were first read. */
  readonly changed: readonly string[];
}

const AGAIN: Observed = { more: true, found_late: 0, changed: [] };

/**
 * `from`: an earlier cursor, to read a part of the venue's list again.
 * @throws VenueError when the venue cannot be read; StoreError
 */
export async function observeWallet(
  deps: DaemonDeps,
  state: DaemonState,
  wallet: WalletConfig,
  from?: string,
): Promise<Observed> {
  const venue = deps.venues.get(wallet.venue);
  if (venue === undefined) throw new VenueError("venue_not_found", `No connector for the venue ${wallet.venue}.`);
  const lists = venue.capabilities().list_movements;
  const [known, opening] = await deps.store.read("wallet.known", (tx) =>
    Promise.all([tx.get(tables.balance, { wallet_id: wallet.id }), readOpening(tx, wallet.id)]),
  );
  let cursor = known?.movement_cursor ?? null;
  if (known === undefined && lists) {
    cursor = await drainHistory(deps, venue, wallet);
    if (cursor === null) return AGAIN;
  }
  const balance = balanceRow(deps, wallet, await venue.getBalance(refOf(wallet)), cursor);
  if (known === undefined) await openBooks(deps, wallet, balance);
  const before = { known: known ?? null, opening: known === undefined ? await openedWith(deps, wallet) : opening };
  const pages = lists
    ? await readPages(deps, state, venue, wallet, from ?? cursor, before)
    : { cursor, more: false, found_late: 0, changed: [] };
  const chain = await readChain(deps, venue, wallet, balance.height);
  const compared = await deps.store.tx("wallet.observed", async (tx) => {
    const row = { ...balance, movement_cursor: pages.cursor };
    const [last] = await Promise.all([tx.get(tables.balance, { wallet_id: wallet.id }), lookAtWallet(tx, wallet, row)]);
    if (last?.received_at !== (known ?? balance).received_at) return null;
    const { wallet_id, ...patch } = row;
    await tx.update(tables.balance, { wallet_id }, patch);
    if (known !== undefined && known.error !== null) await recordObserved(tx, deps, row);
    const compared = await compareWallet(tx, deps, wallet, row, { complete: lists && !pages.more, chain });
    const arrived = await tellArrival(tx, deps, wallet, { before: last.total, after: row.total });
    return { ...compared, notices: [...compared.notices, ...arrived] };
  });
  if (compared === null) return AGAIN;
  for (const notice of compared.notices) deps.notifier.notify(notice);
  state.reconciliations.set(wallet.id, compared.reconciliation);
  const { more, found_late, changed } = pages;
  return { more, found_late, changed };
}

/** Another instance may have opened the books meanwhile, with another balance. */
function openedWith(deps: DaemonDeps, wallet: WalletConfig): Promise<Opening | null> {
  return deps.store.read("wallet.opening", (tx) => readOpening(tx, wallet.id));
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

/** The independent reader failing is no failure of the venue: the chain is then not known. */
async function readChain(
  deps: DaemonDeps,
  venue: Venue,
  wallet: WalletConfig,
  height: string | null,
): Promise<ChainReading | null> {
  if (venue.readChain === undefined) return null;
  try {
    const { total, as_of, height: seen } = await venue.readChain(refOf(wallet), height);
    return { total, as_of, same_block: height !== null && seen === height };
  } catch (error) {
    deps.log.warn({ wallet: wallet.id, cause: messageOf(error) }, "The chain could not be read a second time.");
    return null;
  }
}

async function readPages(
  deps: DaemonDeps,
  state: DaemonState,
  venue: Venue,
  wallet: WalletConfig,
  from: string | null,
  before: Before,
): Promise<Observed & { readonly cursor: string | null }> {
  let cursor = from;
  let found_late = 0;
  const changed: string[] = [];
  for (let read = 0; read < PAGES_MAX; read += 1) {
    const page: MovementPage = await venue.listMovements(refOf(wallet), cursor);
    const booked = await bookPage(deps, state, wallet, page, before);
    found_late += booked.found_late;
    changed.push(...booked.changed);
    cursor = page.cursor;
    if (!page.has_more) return { cursor, more: false, found_late, changed };
  }
  return { cursor, more: true, found_late, changed };
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
    source: isManual(deps.config, wallet) ? "manual" : "poll",
    error: null,
    movement_cursor,
  };
}
