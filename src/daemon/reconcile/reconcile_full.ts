/**
 * The comparison of everything, daily: every venue's list is read again from where the last full comparison stood, every balance
 * is read anew, and the books are added up. It finds what a venue listed behind the place we had read up to. When it was last
 * done is durable, so that a restart neither skips nor repeats it.
 */
import { emit } from "../../audit/index.ts";
import type { WalletConfig } from "../../config/types.ts";
import { trialBalance } from "../../ledger/index.ts";
import type { Notice } from "../../ports/index.ts";
import { type Json, type ReadTx, tables } from "../../store/index.ts";
import { messageOf, recordAlert } from "../../transfers/index.ts";
import { VenueError } from "../../venues/index.ts";
import { isAside } from "../../wallets/index.ts";
import { PROBLEMS_MAX } from "../limits.ts";
import { isWatched } from "../observe/observe.ts";
import { observeWallet } from "../observe/observe_wallet.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps, FullReconciliation } from "../types.ts";

const FULL = "reconcile/full";

/** Where each wallet's list stood when it was last compared in full. */
type Cursors = Readonly<Record<string, string | null>>;

interface Stored extends FullReconciliation {
  readonly cursors: Cursors;
}

/** The last one; null before the first. */
export async function readFull(tx: ReadTx): Promise<FullReconciliation | null> {
  return (await readStored(tx))?.full ?? null;
}

/** Runs it when its time has come. True when it ran. */
export async function reconcileDue(deps: DaemonDeps, state: DaemonState, signal: AbortSignal): Promise<boolean> {
  const now = deps.clock.now();
  if (now < state.full_due_at) return false;
  const last = await deps.store.read("reconcile.full", readStored);
  const interval_ms = deps.config.reconciliation.full_interval_ms;
  state.full_due_at = (last?.full.finished_at ?? -interval_ms) + interval_ms;
  if (now < state.full_due_at) return false;
  const full = await reconcileInFull(deps, state, last?.full.cursors ?? {}, signal);
  if (full === null) return false;
  state.full_due_at = full.finished_at + interval_ms;
  return true;
}

async function reconcileInFull(
  deps: DaemonDeps,
  state: DaemonState,
  before: Cursors,
  signal: AbortSignal,
): Promise<FullReconciliation | null> {
  const started_at = deps.clock.now();
  const wallets = deps.config.wallets.filter(isWatched);
  const cursors: Record<string, string | null> = {};
  const unread: string[] = [];
  const problems: string[] = [];
  let found_late = 0;
  for (const wallet of wallets) {
    if (signal.aborted) return null;
    cursors[wallet.id] = before[wallet.id] ?? null;
    try {
      const observed = await observeAgain(deps, state, wallet, before[wallet.id] ?? null);
      found_late += observed.found_late;
      problems.push(...observed.changed.map((id) => `${wallet.id} lists the movement ${id} with another content.`));
      cursors[wallet.id] = await cursorOf(deps, wallet);
    } catch (error) {
      unread.push(wallet.id);
      const level = isMeant(deps, wallet, error) ? "info" : "warn";
      deps.log[level](
        { wallet: wallet.id, cause: messageOf(error) },
        "The full comparison could not read this wallet.",
      );
    }
  }
  return finish(deps, { started_at, wallets: wallets.length, unread, found_late, problems, cursors });
}

/** Nobody entered a balance yet where people do, and no decision counts it: that is how it is meant. */
function isMeant({ config }: DaemonDeps, wallet: WalletConfig, error: unknown): boolean {
  return isAside(config, wallet) && error instanceof VenueError && error.code === "venue_not_found";
}

/** A venue may have forgotten so old a place; then at least everything since the last poll and the balance are read. */
async function observeAgain(
  deps: DaemonDeps,
  state: DaemonState,
  wallet: WalletConfig,
  from: string | null,
): ReturnType<typeof observeWallet> {
  if (from === null) return observeWallet(deps, state, wallet);
  try {
    return await observeWallet(deps, state, wallet, from);
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    deps.log.info({ wallet: wallet.id, cause: error.message }, "The list could not be read again from so far back.");
    return observeWallet(deps, state, wallet);
  }
}

async function finish(
  deps: DaemonDeps,
  run: Pick<Stored, "started_at" | "wallets" | "unread" | "found_late" | "cursors"> & { problems: string[] },
): Promise<FullReconciliation> {
  const { full, notice } = await deps.store.tx("reconcile.full", async (tx) => {
    const last = await readStored(tx);
    const breaks_open = await tx.count(tables.breaks, { closed_at: null });
    const problems = [...run.problems, ...(await bookProblems(tx))].slice(0, PROBLEMS_MAX);
    const finished_at = deps.clock.now();
    const full: Stored = { ...run, problems, breaks_open, finished_at };
    const value = full as unknown as Json;
    await tx.upsert(tables.control, { name: FULL, value, version: (last?.version ?? 0) + 1, updated_at: finished_at });
    const { wallets, unread, found_late } = run;
    const payload = { wallets, unread, breaks_open, found_late, problems };
    await emit(tx, deps.ids, {
      kind: "reconciliation.full",
      ref: "treasury",
      actor: "daemon",
      at: finished_at,
      payload,
    });
    const notice = problemNotice(problems);
    if (notice !== null) await recordAlert(tx, deps, notice, finished_at);
    return { full, notice };
  });
  // Not before the commit: the transaction may run twice, or not at all.
  if (notice !== null) deps.notifier.notify(notice);
  return full;
}

function problemNotice(problems: readonly string[]): (Notice & { readonly ref: string }) | null {
  if (problems.length === 0) return null;
  return { code: "reconciliation_problem", severity: "page", message: problems.join(" "), ref: "treasury" };
}

/** The two sides of every asset, added up. */
async function bookProblems(tx: ReadTx): Promise<string[]> {
  return (await trialBalance(tx))
    .filter(({ balanced }) => !balanced)
    .map(({ asset, debits, credits }) => `The books of ${asset} do not balance: ${debits} against ${credits}.`);
}

async function cursorOf(deps: DaemonDeps, wallet: WalletConfig): Promise<string | null> {
  const row = await deps.store.read("wallet.known", (tx) => tx.get(tables.balance, { wallet_id: wallet.id }));
  return row?.movement_cursor ?? null;
}

async function readStored(tx: ReadTx): Promise<{ readonly full: Stored; readonly version: number } | null> {
  const row = await tx.get(tables.control, { name: FULL });
  return row === undefined ? null : { full: row.value as unknown as Stored, version: row.version };
}
