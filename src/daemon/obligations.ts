/**
 * Known payments of a pool: added and cancelled by people or systems, closed by what the venues report. A movement of a customer
 * that carries the reference, or else has the amount and comes around the due time, meets an obligation; each movement meets
 * one. What nothing met a day after its due time is overdue: it no longer claims liquidity, and people are told.
 */
import { emit } from "../audit/index.ts";
import type { PoolConfig } from "../config/types.ts";
import { digestOf } from "../digest/index.ts";
import { assert } from "../errors/index.ts";
import type { ObligationState } from "../policy/types.ts";
import type { Instant, Notice } from "../ports/index.ts";
import { type MovementRow, type ObligationRow, type ReadTx, type Tx, tables } from "../store/index.ts";
import { endUnsent, getTransfer, obligationFacts, recordAlert, UNSENT } from "../transfers/index.ts";
import { DaemonError } from "./errors.ts";
import type { DaemonDeps, ObligationDraft } from "./types.ts";

const HOUR_MS = 3_600_000;
/** Open obligations of one pool; more are refused. */
export const OBLIGATIONS_MAX = 500;
/** A movement may come this long before the due time, and the obligation stays open this long after it. */
export const GRACE_MS = 24 * HOUR_MS;
const MOVEMENTS_MAX = 5_000;
const ID_HEX_DIGITS = 32;

/**
 * Records it, or returns the one that the key already made.
 * @throws DaemonError obligation_invalid, obligation_key_reused, obligation_too_many
 */
export async function addObligation(deps: DaemonDeps, draft: ObligationDraft): Promise<ObligationRow> {
  const { pool_id, direction, amount, due_at, what, source, reference, payee, actor, key } = draft;
  const pool = deps.config.pools.find(({ id }) => id === pool_id);
  if (pool === undefined) throw new DaemonError("obligation_invalid", `There is no pool "${pool_id}".`);
  if (pool.policy.task !== undefined) {
    throw new DaemonError("obligation_invalid", `${pool_id} pays nobody; name the pool that customers are paid from.`);
  }
  if (amount <= 0n) throw new DaemonError("obligation_invalid", "An obligation needs an amount above zero.");
  if (payee !== null) assertPayee(deps, pool, direction, payee);
  const now = deps.clock.now();
  const id = `obl_${digestOf("request", { actor, key, kind: "obligation" }).slice(0, ID_HEX_DIGITS)}`;
  return deps.store.tx("obligation.add", async (tx) => {
    const known = await tx.get(tables.obligation, { id });
    if (known !== undefined) {
      if (isSame(known, draft)) return known;
      throw new DaemonError("obligation_key_reused", "This key was used for another obligation; use a new key.");
    }
    if (due_at <= now) throw new DaemonError("obligation_invalid", "It is due in the past; give a later time.");
    if ((await tx.count(tables.obligation, { pool_id, state: "open" })) >= OBLIGATIONS_MAX) {
      throw new DaemonError("obligation_too_many", `${OBLIGATIONS_MAX} obligations of ${pool_id} are open already.`);
    }
    const row: ObligationRow = {
      ...{ id, pool_id, asset: pool.asset, direction, amount, due_at, what, source, reference, payee },
      ...{ transfer_id: null, retry_at: null },
      ...{ state: "open", created_at: now, created_by: actor, ended_at: null, note: null },
    };
    await tx.insert(tables.obligation, row);
    const payload = { ...obligationFacts(row), source, reference };
    await emit(tx, deps.ids, { kind: "obligation.added", ref: pool_id, actor, at: now, payload });
    return row;
  });
}

/** Only what people registered is ever paid to. @throws DaemonError obligation_invalid */
function assertPayee({ config }: DaemonDeps, pool: PoolConfig, direction: "in" | "out", payee: string): void {
  if (direction === "in") throw new DaemonError("obligation_invalid", "What comes in is paid to nobody: no payee.");
  const known = (config.payees ?? []).filter(({ asset }) => asset === pool.asset).map(({ id }) => id);
  if (known.includes(payee)) return;
  const which = known.length === 0 ? "none is registered" : `registered are ${known.slice(0, 10).join(", ")}`;
  throw new DaemonError("obligation_invalid", `"${payee}" is no payee of ${pool.asset}; ${which} (\`payees\`).`);
}

function isSame(row: ObligationRow, draft: ObligationDraft): boolean {
  return (["pool_id", "direction", "amount", "due_at", "what", "source", "reference", "payee"] as const).every(
    (name) => row[name] === draft[name],
  );
}

/**
 * A cancelled one is returned as it is. A transfer that was to pay it ends with it, while nothing of it was sent.
 * @throws DaemonError obligation_not_found, obligation_not_open, obligation_being_paid
 */
export async function cancelObligation(
  deps: DaemonDeps,
  id: string,
  actor: string,
  reason: string,
): Promise<ObligationRow> {
  return deps.store.tx("obligation.cancel", async (tx) => {
    const row = await tx.get(tables.obligation, { id });
    if (row === undefined) throw new DaemonError("obligation_not_found", `There is no obligation "${id}".`);
    if (row.state === "cancelled") return row;
    if (row.state !== "open") {
      throw new DaemonError("obligation_not_open", `The obligation is ${row.state} and cannot be cancelled.`);
    }
    if (row.transfer_id !== null) await endPayout(tx, deps, row.transfer_id, actor, reason);
    return close(tx, deps, row, { state: "cancelled", note: reason, actor });
  });
}

/** @throws DaemonError obligation_being_paid once something was sent, or may have been */
async function endPayout(tx: Tx, deps: DaemonDeps, transfer_id: string, actor: string, reason: string): Promise<void> {
  const transfer = await getTransfer(tx, transfer_id);
  if (!UNSENT.has(transfer.state)) {
    const message = `${transfer_id} pays it and is ${transfer.state}: cancel that transfer, if its venue still can.`;
    throw new DaemonError("obligation_being_paid", message, { transfer: transfer_id });
  }
  const note = { code: "cancelled", text: `What it was to pay is not due any more: ${reason}` };
  await endUnsent(tx, deps, transfer, "cancelled", { now: deps.clock.now(), actor, note });
}

/** What is still to be paid or to come, first due first. */
export async function readObligations(tx: ReadTx, pool_id: string): Promise<ObligationState[]> {
  const rows = await findOpen(tx, pool_id);
  return rows.map(({ id, direction, amount, due_at, what, payee, transfer_id, retry_at }) => ({
    ...{ obligation_id: id, direction, amount, due_at, what },
    ...(payee === null ? {} : { payee }),
    ...(transfer_id === null ? {} : { transfer_id }),
    ...(retry_at === null ? {} : { retry_at }),
  }));
}

/** Closes what was met, and what nobody met in time. Call it after the wallets were read and before anything is decided. */
export async function closeObligations(deps: DaemonDeps, pool: PoolConfig): Promise<void> {
  const notices = await deps.store.tx("obligations.close", (tx) => closeSome(tx, deps, pool));
  for (const notice of notices) deps.notifier.notify(notice);
}

async function closeSome(tx: Tx, deps: DaemonDeps, pool: PoolConfig): Promise<Notice[]> {
  const now = deps.clock.now();
  const open = await findOpen(tx, pool.id);
  // The last one may have been cancelled since the look.
  if (open.length === 0) return [];
  const movements = await movementsSince(tx, pool, Math.min(...open.map(beginsAt)));
  const used = new Set<string>(await usedBy(tx, pool.id));
  const notices: Notice[] = [];
  for (const row of open) {
    const met = movements.find((movement) => !used.has(nameOf(movement)) && meets(movement, row, pool));
    if (row.transfer_id !== null && row.reference === null) continue;
    // Once it was sent its transfer says what becomes of it, however long that takes; nothing else does meanwhile.
    if (row.transfer_id !== null && (met === undefined || !(await endUnsentPayout(tx, deps, row.transfer_id))))
      continue;
    if (met !== undefined) {
      used.add(nameOf(met));
      await close(tx, deps, row, { state: "met", note: nameOf(met), actor: "daemon" });
    } else if (now > row.due_at + GRACE_MS) {
      await close(tx, deps, row, { state: "overdue", note: null, actor: "daemon" });
      const message = `Nothing met the obligation "${row.what}" of ${pool.id} within a day of its due time.`;
      const notice = { code: "obligation_overdue", severity: "warning", message, ref: row.id } as const;
      await recordAlert(tx, deps, notice, now);
      notices.push(notice);
    }
  }
  return notices;
}

/** It was paid by hand, by its reference, while people were still asked: false once anything was sent. */
async function endUnsentPayout(tx: Tx, deps: DaemonDeps, transfer_id: string): Promise<boolean> {
  const transfer = await getTransfer(tx, transfer_id);
  if (!UNSENT.has(transfer.state)) return false;
  const note = { code: "cancelled", text: "What it was to pay was paid otherwise, with its reference." };
  await endUnsent(tx, deps, transfer, "cancelled", { now: deps.clock.now(), actor: "daemon", note });
  return true;
}

function beginsAt({ created_at, due_at }: ObligationRow): Instant {
  return Math.max(created_at, due_at - GRACE_MS);
}

/** What goes straight from custody is met by its transfer; a payment by hand meets it by its reference alone. */
function meets(movement: MovementRow, row: ObligationRow, { policy }: PoolConfig): boolean {
  if (movement.direction !== row.direction || movement.at < beginsAt(row)) return false;
  if (movement.at > row.due_at + GRACE_MS) return false;
  if (row.reference === null) return movement.amount === row.amount && !goesDirect(row, policy);
  return movement.reference === row.reference || movement.tx_hash === row.reference;
}

function goesDirect({ direction, payee, amount }: ObligationRow, { direct }: PoolConfig["policy"]): boolean {
  return direct !== undefined && direction === "out" && payee !== null && amount > direct.above;
}

function nameOf({ wallet_id, movement_id }: MovementRow): string {
  return `${wallet_id}/${movement_id}`;
}

/** Customers' movements of the liquidity side, oldest first. */
async function movementsSince(tx: ReadTx, pool: PoolConfig, since: Instant): Promise<MovementRow[]> {
  const rows: MovementRow[] = [];
  for (const wallet_id of pool.liquidity) {
    const where = { wallet_id, transfer_id: null, at: { gte: since } };
    const order_by = [["at", "asc"] as const, ["movement_id", "asc"] as const];
    rows.push(...(await tx.find(tables.movement, { where, order_by, limit: MOVEMENTS_MAX })));
  }
  return rows.toSorted((a, b) => a.at - b.at);
}

async function usedBy(tx: ReadTx, pool_id: string): Promise<string[]> {
  const rows = await tx.find(tables.obligation, {
    where: { pool_id, state: "met" },
    order_by: [
      ["ended_at", "desc"],
      ["id", "desc"],
    ],
    limit: OBLIGATIONS_MAX,
  });
  return rows.flatMap(({ note }) => (note === null ? [] : [note]));
}

async function findOpen(tx: ReadTx, pool_id: string): Promise<ObligationRow[]> {
  return tx.find(tables.obligation, {
    where: { pool_id, state: "open" },
    order_by: [
      ["due_at", "asc"],
      ["id", "asc"],
    ],
    limit: OBLIGATIONS_MAX,
  });
}

async function close(
  tx: Tx,
  deps: DaemonDeps,
  row: ObligationRow,
  { state, note, actor }: Pick<ObligationRow, "state" | "note"> & { readonly actor: string },
): Promise<ObligationRow> {
  const ended_at = deps.clock.now();
  const closed = await tx.update(tables.obligation, { id: row.id }, { state, note, ended_at }, { state: "open" });
  assert(closed, "an open obligation is closed once");
  const payload = { ...obligationFacts(row), state, note };
  await emit(tx, deps.ids, { kind: "obligation.closed", ref: row.pool_id, actor, at: ended_at, payload });
  return { ...row, state, note, ended_at };
}
