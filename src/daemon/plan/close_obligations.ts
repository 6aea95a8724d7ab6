/**
 * What the venues report closes known payments. A movement of a customer that carries the reference and at least the amount less the
 * highest fee, or else has the amount and comes around the due time, meets an obligation; each movement meets one. What nothing met
 * a day after its due time is overdue: it no longer claims liquidity. What people should hear of is told once.
 */
import type { PoolConfig } from "../../config/types.ts";
import { sayAmount } from "../../money/index.ts";
import type { Instant, Notice } from "../../ports/index.ts";
import { feeLimit } from "../../routes/index.ts";
import { type MovementRow, type ObligationRow, type ReadTx, type Tx, tables } from "../../store/index.ts";
import { endUnsent, getTransfer, recordAlert, UNSENT } from "../../transfers/index.ts";
import type { DaemonDeps } from "../types.ts";
import { closeObligation, findOpen, OBLIGATIONS_MAX } from "./obligations.ts";

/** A movement may come this long before the due time, and the obligation stays open this long after it. */
const GRACE_MS = 24 * 3_600_000;
const MOVEMENTS_MAX = 5_000;
const ALERTS_MAX = 100;

type Told = Notice & { readonly ref: string };

interface Closed {
  /** What people should hear of. */
  readonly told: readonly Told[];
  readonly closed: boolean;
}

/** True where something went straight from custody not long ago: it may be paid by hand as well, and people hear of it. */
export async function wasPaidLately(tx: ReadTx, pool: PoolConfig, now: Instant): Promise<boolean> {
  return pool.policy.direct !== undefined && (await findMet(tx, pool.id)).some((row) => isPaidLately(row, now));
}

/**
 * Closes what was met, and what nobody met in time; true when there was any. Call it after the wallets were read and before
 * anything is decided.
 */
export async function closeObligations(deps: DaemonDeps, pool: PoolConfig): Promise<boolean> {
  const { notices, closed } = await deps.store.tx("obligations.close", (tx) => closeSome(tx, deps, pool));
  for (const notice of notices) deps.notifier.notify(notice);
  return closed;
}

async function closeSome(
  tx: Tx,
  deps: DaemonDeps,
  pool: PoolConfig,
): Promise<{ readonly notices: readonly Notice[]; readonly closed: boolean }> {
  const now = deps.clock.now();
  const open = await findOpen(tx, pool.id);
  const met = await findMet(tx, pool.id);
  const paid = met.filter((row) => isPaidLately(row, now));
  // The last one may have been cancelled since the look.
  if (open.length + paid.length === 0) return { notices: [], closed: false };
  const movements = await movementsSince(tx, pool, Math.min(...[...open, ...paid].map(beginsAt)));
  const used = new Set<string>(met.flatMap(({ note }) => note ?? []));
  const notices: Told[] = [];
  const free = (row: ObligationRow): MovementRow[] =>
    movements.filter((movement) => !used.has(nameOf(movement)) && speaksOf(movement, row, pool));
  for (const row of paid) notices.push(...free(row).map((movement) => besideNotice(deps, row, movement)));
  let some_closed = false;
  for (const row of open) {
    const { told, closed } = await closeOne(tx, deps, pool, row, free(row), used);
    notices.push(...told);
    some_closed ||= closed;
  }
  return { notices: await tellOnce(tx, deps, notices), closed: some_closed };
}

/** @param found movements that speak of it and met nothing else; the one that meets it is added to `used` */
async function closeOne(
  tx: Tx,
  deps: DaemonDeps,
  pool: PoolConfig,
  row: ObligationRow,
  found: readonly MovementRow[],
  used: Set<string>,
): Promise<Closed> {
  if (row.transfer_id !== null && row.reference === null) return { told: [], closed: false };
  const least = leastOf(row, pool);
  const met = found.find(({ amount }) => amount >= least);
  // Once it was sent its transfer says what becomes of it, however long that takes; people hear of what else was paid.
  if (row.transfer_id !== null && !(await isUnsent(tx, row.transfer_id))) {
    return { told: found.map((movement) => besideNotice(deps, row, movement)), closed: false };
  }
  if (met !== undefined) {
    used.add(nameOf(met));
    if (row.transfer_id !== null) await endPaidOtherwise(tx, deps, row.transfer_id);
    await closeObligation(tx, deps, row, { state: "met", note: nameOf(met), actor: "daemon" });
    return { told: [], closed: true };
  }
  const notices = found.map((movement) => shortNotice(deps, row, movement, least));
  if (row.transfer_id !== null || deps.clock.now() <= row.due_at + GRACE_MS) return { told: notices, closed: false };
  await closeObligation(tx, deps, row, { state: "overdue", note: null, actor: "daemon" });
  const message = `Nothing met the obligation "${row.what}" of ${pool.id} within a day of its due time.`;
  const overdue = { code: "obligation_overdue", severity: "warning", message, ref: row.id } as const;
  return { told: [...notices, overdue], closed: true };
}

type Config = Pick<DaemonDeps, "config">;

function besideNotice(
  { config }: Config,
  { id, what, transfer_id, asset }: ObligationRow,
  movement: MovementRow,
): Told {
  const paid = sayAmount(config.assets, asset, movement.amount);
  const message = `"${what}" may have been paid twice: ${nameOf(movement)} over ${paid} carries its reference, and ${transfer_id}, which pays it from custody, was sent. Ask the payee.`;
  return { code: "payout_beside", severity: "page", message, ref: id };
}

function shortNotice(
  { config }: Config,
  { id, what, amount, payee, asset }: ObligationRow,
  movement: MovementRow,
  least: bigint,
): Told {
  const [paid, owed, enough] = [movement.amount, amount, least].map((units) => sayAmount(config.assets, asset, units));
  const message = `${nameOf(movement)} over ${paid} carries the reference of "${what}", which is about ${owed} and met by ${enough} at least: it stays open. Cancel it if that was all.`;
  const notice = { code: "obligation_underpaid", severity: payee === null ? "warning" : "page", message } as const;
  return { ...notice, ref: id };
}

/** Records and returns those that were not told before. */
async function tellOnce(tx: Tx, deps: DaemonDeps, notices: readonly Told[]): Promise<Notice[]> {
  const fresh: Notice[] = [];
  for (const notice of notices) {
    const where = { ref: notice.ref, kind: "alert.raised" } as const;
    const earlier = await tx.find(tables.event, { where, limit: ALERTS_MAX });
    if (earlier.some(({ payload }) => (payload as { message?: string }).message === notice.message)) continue;
    // So many are one matter, and people know of it.
    if (earlier.length >= ALERTS_MAX) continue;
    await recordAlert(tx, deps, notice, deps.clock.now());
    fresh.push(notice);
  }
  return fresh;
}

async function isUnsent(tx: ReadTx, transfer_id: string): Promise<boolean> {
  return UNSENT.has((await getTransfer(tx, transfer_id)).state);
}

/** It was paid by hand, by its reference, while people were still asked. */
async function endPaidOtherwise(tx: Tx, deps: DaemonDeps, transfer_id: string): Promise<void> {
  const note = { code: "cancelled", text: "What it was to pay was paid otherwise, with its reference." };
  const end = { now: deps.clock.now(), actor: "daemon", note };
  await endUnsent(tx, deps, await getTransfer(tx, transfer_id), "cancelled", end);
}

function beginsAt({ created_at, due_at }: ObligationRow): Instant {
  return Math.max(created_at, due_at - GRACE_MS);
}

/** What goes straight from custody is met by its transfer; a payment by hand speaks of it by its reference alone. */
function speaksOf(movement: MovementRow, row: ObligationRow, { policy }: PoolConfig): boolean {
  if (movement.direction !== row.direction || movement.at < beginsAt(row)) return false;
  if (movement.at > row.due_at + GRACE_MS) return false;
  if (row.reference === null) return movement.amount === row.amount && !goesDirect(row, policy);
  return movement.reference === row.reference || movement.tx_hash === row.reference;
}

/** A fee may have been taken off the amount, and no more than the policy allows for it. */
function leastOf({ amount }: ObligationRow, { policy }: PoolConfig): bigint {
  return amount - feeLimit(policy, amount);
}

function goesDirect({ direction, payee, amount }: ObligationRow, { direct }: PoolConfig["policy"]): boolean {
  return direct !== undefined && direction === "out" && payee !== null && amount > direct.above;
}

function isPaidLately({ transfer_id, reference, note, due_at }: ObligationRow, now: Instant): boolean {
  const by_transfer = transfer_id !== null && reference !== null && note?.startsWith(transfer_id) === true;
  return by_transfer && due_at + GRACE_MS >= now;
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

/** The last ones that were met. */
async function findMet(tx: ReadTx, pool_id: string): Promise<ObligationRow[]> {
  return tx.find(tables.obligation, {
    where: { pool_id, state: "met" },
    order_by: [
      ["ended_at", "desc"],
      ["id", "desc"],
    ],
    limit: OBLIGATIONS_MAX,
  });
}
