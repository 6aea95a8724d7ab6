/**
 * Breaks: each opens with its difference, is seen again, and closes when the difference is explained. A movement's break ends only
 * with its transfer or with people; a balance's also when both sides say the same again. Time alone closes none.
 */
import { emit } from "../audit/index.ts";
import type { Ids, Instant } from "../ports/index.ts";
import { type ReadTx, type Tx, tables } from "../store/index.ts";
import type { BreakEnd, BreakRow, Unexplained, WalletReconciliation } from "./types.ts";

/** Most open breaks listed at once, and most of one wallet. */
export const OPEN_BREAKS_MAX = 1_000;

export interface BreakChanges {
  readonly opened: readonly BreakRow[];
  readonly closed: readonly BreakRow[];
}

export interface BreakInput {
  readonly reconciliation: WalletReconciliation;
  readonly actor: string;
  readonly at: Instant;
}

/** Makes the wallet's open breaks those of the comparison. What could not be compared changes nothing. */
export async function recordBreaks(tx: Tx, ids: Ids, input: BreakInput): Promise<BreakChanges> {
  const { wallet_id, unexplained } = input.reconciliation;
  const open = await openBreaksOf(tx, wallet_id);
  const opened: BreakRow[] = [];
  const closed: BreakRow[] = [];
  for (const item of unexplained) {
    const known = open.find((row) => isSame(row, item));
    if (known === undefined) opened.push(await start(tx, ids, item, input));
    else await refresh(tx, known, item, input.at);
  }
  for (const row of open) {
    if (unexplained.some((item) => isSame(row, item)) || !isJudged(row, input.reconciliation)) continue;
    closed.push(await closeBreak(tx, ids, row, { ...input, by: row.kind === "movement" ? "matched" : "agreed" }));
  }
  return { opened, closed };
}

/** The wallet's open breaks, oldest first. */
export async function openBreaksOf(tx: Pick<ReadTx, "find">, wallet_id: string): Promise<BreakRow[]> {
  return tx.find(tables.breaks, { where: { wallet_id, closed_at: null }, order_by: OLDEST, limit: OPEN_BREAKS_MAX });
}

/** All open breaks, oldest first. */
export async function openBreaks(tx: Pick<ReadTx, "find">): Promise<BreakRow[]> {
  return tx.find(tables.breaks, { where: { closed_at: null }, order_by: OLDEST, limit: OPEN_BREAKS_MAX });
}

const OLDEST = [
  ["opened_at", "asc"],
  ["id", "asc"],
] as [["opened_at", "asc"], ["id", "asc"]];

export interface BreakClose {
  readonly by: BreakEnd;
  readonly actor: string;
  readonly at: Instant;
  readonly resolution_id?: string;
}

/** Closes an open break and says why. */
export async function closeBreak(tx: Tx, ids: Ids, open: BreakRow, close: BreakClose): Promise<BreakRow> {
  const { by, actor, at, resolution_id = null } = close;
  const patch = { closed_at: at, closed_by: by, resolution_id, freezes: false };
  await tx.update(tables.breaks, { id: open.id }, patch);
  const { id: break_id, wallet_id, asset, difference } = open;
  const payload = {
    ...{ wallet_id, asset, difference: difference.toString(), open_ms: Math.max(0, at - open.opened_at) },
    ...{ break_id, closed_by: by, resolution_id },
  };
  await emit(tx, ids, { kind: "break.closed", ref: wallet_id, actor, at, payload });
  return { ...open, ...patch };
}

/** True when the comparison was able to say that the difference is gone. */
function isJudged(row: BreakRow, { venue, chain }: WalletReconciliation): boolean {
  if (row.kind === "balance") return venue !== null;
  if (row.kind === "chain") return venue !== null && chain !== null && chain === venue;
  return true;
}

function isSame(row: BreakRow, item: Unexplained): boolean {
  return row.kind === item.kind && row.movement_id === item.movement_id;
}

async function start(tx: Tx, ids: Ids, item: Unexplained, input: BreakInput): Promise<BreakRow> {
  const { wallet_id, asset, expected, venue } = input.reconciliation;
  const { kind, movement_id, difference, causes } = item;
  const { at, actor } = input;
  const cause = causes[0]?.sentence ?? "";
  const row: BreakRow = {
    id: ids.next("brk"),
    ...{ wallet_id, asset, difference, opened_at: at, last_seen_at: at, closed_at: null, cause },
    ...{ kind, movement_id, causes, freezes: true, closed_by: null, resolution_id: null },
  };
  await tx.insert(tables.breaks, row);
  const payload = {
    ...{ wallet_id, asset, difference: difference.toString() },
    ...{ expected: expected.toString(), venue: venue?.toString() ?? null, cause },
    ...{ break_id: row.id, break_kind: kind, movement_id, candidates: causes.map(({ code }) => code) },
  };
  await emit(tx, ids, { kind: "break.opened", ref: wallet_id, actor, at, payload });
  return row;
}

/** A balance's difference follows the venue; a movement's is what it is. */
async function refresh(tx: Tx, open: BreakRow, item: Unexplained, at: Instant): Promise<void> {
  const { difference, causes } = item;
  const patch = { difference, causes, cause: causes[0]?.sentence ?? open.cause, last_seen_at: at };
  await tx.update(tables.breaks, { id: open.id }, patch);
}
