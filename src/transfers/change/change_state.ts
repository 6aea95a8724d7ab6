/**
 * The single place that changes a transfer. The guard (version, fence, state) is part of the statement that writes; books,
 * event and row change in the caller's transaction together, or not at all.
 */
import { assert } from "../../errors/index.ts";
import type { Instant } from "../../ports/index.ts";
import { type MovementRow, type Tx, tables } from "../../store/index.ts";
import type { TransferDeps } from "../context.ts";
import { TransferError } from "../errors.ts";
import { NOTE_LENGTH_MAX } from "../limits.ts";
import { endResolution, openResolutionOf } from "../people/read_resolutions.ts";
import { followObligation } from "../plan/payout.ts";
import { assertEdge, TERMINAL } from "../states.ts";
import type { TransferRow, TransferState } from "../types.ts";
import { bookChange } from "./book_change.ts";
import { claimMovements, findStray } from "./match_movements.ts";
import { lookAhead, recordStage, recordState } from "./record_events.ts";

type Changer = Pick<TransferDeps, "ids" | "config" | "clock" | "collateral">;
type Patch = Partial<Omit<TransferRow, "id" | "state" | "version" | "plan" | "digest" | "reference" | "amount">>;

export interface StateChange {
  readonly now: Instant;
  /** `daemon`, `person:<id>`, `venue:<id>`. */
  readonly actor: string;
  /** Code and sentence of why; both null when there is nothing to say. */
  readonly note?: { readonly code: string; readonly text: string } | null;
  readonly patch?: Patch;
  /** The venue's own status word behind a change of stage. */
  readonly raw_status?: string;
}

/**
 * Moves `row` along one edge of the state table.
 * @throws TransferError transfer_conflict when somebody else changed the row since it was read
 */
export async function changeState(
  tx: Tx,
  deps: Changer,
  row: TransferRow,
  to: TransferState,
  change: StateChange,
): Promise<TransferRow> {
  assertEdge(row.state, to);
  const next_at = to === "settled" ? (change.patch?.next_at ?? null) : null;
  const ends = TERMINAL.has(to) ? { next_at, lease_owner: null, lease_until: null } : {};
  const next: TransferRow = {
    ...row,
    attempts: 0,
    ...noteOf(change),
    ...change.patch,
    ...ends,
    state: to,
    version: row.version + 1,
    updated_at: change.now,
  };
  const [stray] = await Promise.all([strayOf(tx, row, next), lookAhead(tx, deps, next), writeRow(tx, row, next)]);
  if (row.state === "held") await overtakeResolution(tx, deps, next, change);
  if (row.state === "settled") await deps.collateral?.takenBack(tx, deps, row);
  await bookChange(tx, deps.ids, row, next, change.now);
  await followObligation(tx, deps, row, next, { actor: change.actor, at: change.now });
  await claimMovements(tx, deps, next, stray, change.now);
  await recordState(tx, deps, row, next, change);
  return next;
}

/** Changes fields of `row` within its state; a change of stage writes its event. @throws TransferError transfer_conflict */
export async function changeFields(tx: Tx, deps: Changer, row: TransferRow, change: StateChange): Promise<TransferRow> {
  const note = change.note === undefined ? {} : noteOf(change);
  const next: TransferRow = {
    ...row,
    ...note,
    ...change.patch,
    version: row.version + 1,
    updated_at: change.now,
  };
  const [stray] = await Promise.all([strayOf(tx, row, next), writeRow(tx, row, next)]);
  await claimMovements(tx, deps, next, stray, change.now);
  const staged = next.stage !== row.stage || next.tx_hash !== row.tx_hash || next.confirmations !== row.confirmations;
  if (staged) await recordStage(tx, deps.ids, row, next, change);
  return next;
}

/**
 * A settled transfer that is watched is looked at now: something was seen of it. Whoever works on it at this moment looks anyway.
 */
export async function wakeSettled(tx: Tx, row: TransferRow, now: Instant): Promise<void> {
  if (row.state !== "settled" || row.next_at === null || row.next_at <= now) return;
  await tx.update(tables.transfer, { id: row.id }, { next_at: now }, { version: row.version, state: row.state });
}

/** A transfer that leaves `held` by other evidence leaves nothing to resolve. */
async function overtakeResolution(tx: Tx, deps: Changer, row: TransferRow, change: StateChange): Promise<void> {
  const open = await openResolutionOf(tx, row.id);
  if (open === null) return;
  await endResolution(tx, deps, open, row, { state: "overtaken", actor: change.actor, now: change.now });
}

/** Movements that a hash which was not known before may turn out to be ours. */
async function strayOf(tx: Tx, row: TransferRow, next: TransferRow): Promise<MovementRow[]> {
  return next.tx_hash === row.tx_hash ? [] : findStray(tx, next);
}

async function writeRow(tx: Tx, row: TransferRow, next: TransferRow): Promise<void> {
  assert(next.id === row.id && next.digest === row.digest, "a transfer keeps its identity");
  const patch = changesOf(row, next);
  const guard = { version: row.version, fence: row.fence, state: row.state };
  if (await tx.update(tables.transfer, { id: row.id }, patch, guard)) return;
  throw new TransferError("transfer_conflict", `The transfer ${row.id} changed meanwhile; read it again.`, {
    transfer: row.id,
  });
}

/** Only what differs: most of a row stays as it is for its whole life. */
function changesOf(row: TransferRow, next: TransferRow): Partial<TransferRow> {
  const changes: { -readonly [Name in keyof TransferRow]?: unknown } = {};
  for (const name of Object.keys(next) as (keyof TransferRow)[]) {
    if (next[name] !== row[name]) changes[name] = next[name];
  }
  return changes as Partial<TransferRow>;
}

function noteOf(change: StateChange): Pick<TransferRow, "note_code" | "note"> {
  return { note_code: change.note?.code ?? null, note: change.note?.text.slice(0, NOTE_LENGTH_MAX) ?? null };
}
