/**
 * Reads what is due: balances and movements of wallets, and what their venues offer. One venue that fails or is slow changes
 * nothing for the others; a read that fails keeps the last known balance and says so beside it.
 */
import { emit } from "../../audit/index.ts";
import type { WalletConfig } from "../../config/types.ts";
import { messageOf } from "../../transfers/index.ts";
import { VenueError } from "../../venues/index.ts";
import { isGuarded, isManual } from "../../wallets/index.ts";
import { PUSH_PAUSE_REAL_MS, READS_PER_VENUE, RETRY_SHARE, SOON_SHARE } from "../limits.ts";
import { readAllowance } from "../plan/allowances.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps } from "../types.ts";
import { signal } from "../watch/signals.ts";
import { watchGas } from "../watch/watch_gas.ts";
import { readNetworks } from "./networks.ts";
import { observeWallet, recordReadError } from "./observe_wallet.ts";
import { readSmallCoins } from "./small_coins.ts";
import { tellDoubts } from "./venue_doubts.ts";

/** Reads every wallet whose time has come. True when at least one was read. */
export async function observeDue(deps: DaemonDeps, state: DaemonState, signal: AbortSignal): Promise<boolean> {
  const due = dueNow(deps, state);
  const by_venue = new Map<string, WalletConfig[]>();
  for (const wallet of due) by_venue.set(wallet.venue, [...(by_venue.get(wallet.venue) ?? []), wallet]);
  const read = await Promise.all([...by_venue.values()].map((wallets) => observeVenue(deps, state, wallets, signal)));
  return read.some(Boolean);
}

/**
 * Wallets whose time has come, and, once there is one, those whose time comes soon: read together they are decided on together,
 * and wallets that a push or an error put out of step fall in again.
 */
function dueNow(deps: DaemonDeps, state: DaemonState): WalletConfig[] {
  const now = deps.clock.now();
  const watched = deps.config.wallets.filter(isWatched);
  const dueBy = ({ id }: WalletConfig, at: number): boolean => (state.wallet_due_at.get(id) ?? 0) <= at;
  if (!watched.some((wallet) => dueBy(wallet, now))) return [];
  return watched.filter((wallet) => dueBy(wallet, now + wallet.poll_interval_ms / SOON_SHARE));
}

/** The next instant at which a wallet wants to be read. */
export function nextObservationAt(deps: DaemonDeps, state: DaemonState): number {
  const watched = deps.config.wallets.filter(isWatched);
  return Math.min(...watched.map((wallet) => state.wallet_due_at.get(wallet.id) ?? 0), Number.MAX_SAFE_INTEGER);
}

/** Marks wallets dirty: they are read in the next cycle. */
export function markDirty(state: DaemonState, wallet_ids: readonly string[]): void {
  for (const wallet_id of wallet_ids) state.wallet_due_at.delete(wallet_id);
}

export function markAllDirty(deps: DaemonDeps, state: DaemonState): void {
  markDirty(
    state,
    deps.config.wallets.map(({ id }) => id),
  );
}

/** A push only makes its wallets due sooner; a flood of pushes is one read per pause. Returns what ends all subscriptions. */
export function subscribeAll(deps: DaemonDeps, state: DaemonState, woken: () => void): () => void {
  const ends: (() => void)[] = [];
  for (const venue of deps.venues.values()) {
    const end = venue.subscribe?.((account) => {
      takeHint(deps, state, venue.id, account);
      woken();
    });
    if (end !== undefined) ends.push(end);
  }
  return () => {
    for (const end of ends) end();
  };
}

/** What a venue said by itself, on its line or by a webhook: its wallets are due sooner, and nothing else. */
export function takeHint(deps: DaemonDeps, state: DaemonState, venue_id: string, account: string | null): void {
  const wallets = walletsByVenue(deps.config.wallets).get(venue_id) ?? [];
  hasten(
    deps,
    state,
    wallets.filter((wallet) => account === null || wallet.account === account),
  );
}

/** Of each list of wallets, by venue: pushes come by the thousand, and the configuration stays as it is. */
const BY_VENUE = new WeakMap<readonly WalletConfig[], ReadonlyMap<string, readonly WalletConfig[]>>();

function walletsByVenue(wallets: readonly WalletConfig[]): ReadonlyMap<string, readonly WalletConfig[]> {
  const known = BY_VENUE.get(wallets);
  if (known !== undefined) return known;
  const found = Map.groupBy(wallets, ({ venue }) => venue);
  BY_VENUE.set(wallets, found);
  return found;
}

function hasten(deps: DaemonDeps, state: DaemonState, wallets: readonly WalletConfig[]): void {
  const now = deps.clock.now();
  const pause_ms = PUSH_PAUSE_REAL_MS * (deps.clock.rate ?? 1);
  for (const { id } of wallets) {
    state.wallets_pushed.add(id);
    const due_at = state.wallet_due_at.get(id);
    // The first push after a quiet time is read at once.
    const soon = Math.max(now, (state.wallet_read_at.get(id) ?? 0) + pause_ms);
    if (due_at !== undefined && due_at > soon) state.wallet_due_at.set(id, soon);
  }
}

/** What people archived is still read: whatever arrives there is for them. */
export function isWatched(wallet: WalletConfig): boolean {
  if (isGuarded(wallet)) return true;
  return wallet.status !== "archived" && wallet.status !== "requested" && wallet.status !== "creating";
}

async function observeVenue(
  deps: DaemonDeps,
  state: DaemonState,
  wallets: readonly WalletConfig[],
  signal: AbortSignal,
): Promise<boolean> {
  let read = false;
  for (let at = 0; at < wallets.length && !signal.aborted; at += READS_PER_VENUE) {
    const some = wallets.slice(at, at + READS_PER_VENUE);
    const results = await Promise.all(some.map((wallet) => observeOne(deps, state, wallet)));
    read ||= results.some(Boolean);
  }
  const [wallet] = wallets;
  if (wallet !== undefined) await tellDoubts(deps, state, wallet.venue);
  return read;
}

async function observeOne(deps: DaemonDeps, state: DaemonState, wallet: WalletConfig): Promise<boolean> {
  const now = deps.clock.now();
  state.wallet_read_at.set(wallet.id, now);
  state.wallets_pushed.delete(wallet.id);
  try {
    const { more } = await observeWallet(deps, state, wallet);
    await readNetworks(deps, state, wallet);
    await readAllowance(deps, state, wallet);
    await readSmallCoins(deps, state, wallet);
    await watchGas(deps, state, wallet);
    // A push during the read may speak of what came after it.
    const pushed = state.wallets_pushed.has(wallet.id);
    const pause_ms = pushed ? PUSH_PAUSE_REAL_MS * (deps.clock.rate ?? 1) : wallet.poll_interval_ms;
    state.wallet_due_at.set(wallet.id, more ? now : now + Math.min(pause_ms, wallet.poll_interval_ms));
    await recordVenue(deps, state, wallet.venue, true, "It answers.");
    return true;
  } catch (error) {
    const message = messageOf(error);
    state.wallet_due_at.set(wallet.id, now + Math.max(1, Math.trunc(wallet.poll_interval_ms / RETRY_SHARE)));
    // A venue that knows nothing of one wallet has answered.
    const answered = error instanceof VenueError && error.code === "venue_not_found" && deps.venues.has(wallet.venue);
    // That nobody entered a balance yet is no failure: its page says so, and what to do.
    const level = answered && isManual(deps.config, wallet) ? "info" : "warn";
    deps.log[level]({ wallet: wallet.id, venue: wallet.venue, cause: message }, "This wallet could not be read.");
    signal(deps, state, "poll_failed", wallet.id);
    await recordReadError(deps, state, wallet, message);
    await recordVenue(deps, state, wallet.venue, answered, message);
    return false;
  }
}

/** One event per change, not per failed read. */
async function recordVenue(
  deps: DaemonDeps,
  state: DaemonState,
  venue_id: string,
  up: boolean,
  message: string,
): Promise<void> {
  const before = state.venue_up.get(venue_id);
  if (before === up) return;
  state.venue_up.set(venue_id, up);
  if (before === undefined && up) return;
  const word = (value: boolean | undefined) => (value === undefined ? null : value ? "up" : "down");
  await deps.store.tx("venue.state", (tx) =>
    emit(tx, deps.ids, {
      kind: "venue.state",
      ref: venue_id,
      actor: "daemon",
      at: deps.clock.now(),
      payload: { venue_id, from_state: word(before), to_state: up ? "up" : "down", message: message.slice(0, 400) },
    }),
  );
  if (!up) {
    deps.notifier.notify({
      code: "venue_down",
      severity: "warning",
      message: `${venue_id}: ${message}`,
      ref: venue_id,
    });
  }
}
