/**
 * Which movements at venues are our own transfers. A movement is ours by our reference, or by its hash together with wallet,
 * direction and a fitting amount. One that was booked as a customer's before the hash was known is taken back and claimed; one
 * that was in no book is claimed as it is.
 */
import { reverseMovement } from "../ledger/index.ts";
import type { Ids, Instant } from "../ports/index.ts";
import { type MovementRow, type ReadTx, type Tx, tables } from "../store/index.ts";
import type { TransferRow } from "./types.ts";

/** Movements of one transfer, and candidates of one hash, that are looked at. */
const CANDIDATES_MAX = 50;
/** Clocks of venues may be this far behind ours. */
const CLOCK_SKEW_MAX_MS = 3_600_000;

/** The transfer a movement belongs to; null when it is somebody else's. */
export async function findOwner(tx: ReadTx, movement: MovementRow): Promise<TransferRow | null> {
  if (movement.reference !== null) {
    const row = await tx.get(tables.transfer, { id: movement.reference });
    if (row !== undefined && fits(row, movement) && (await hasRoom(tx, row, movement))) return row;
  }
  if (movement.tx_hash === null) return null;
  const candidates = await tx.find(tables.transfer, { where: { tx_hash: movement.tx_hash }, limit: CANDIDATES_MAX });
  for (const row of candidates) if (fits(row, movement) && (await hasRoom(tx, row, movement))) return row;
  return null;
}

/**
 * A transfer owns what it sends once. What a network forgot after it was final, and lists again, is a movement of its own: the
 * books take both as they come, or the second would be swallowed.
 */
async function hasRoom(tx: ReadTx, row: TransferRow, movement: MovementRow): Promise<boolean> {
  const attached = await tx.find(tables.movement, { where: { transfer_id: row.id }, limit: CANDIDATES_MAX });
  const { wallet_id, movement_id, direction } = movement;
  const others = attached.filter((one) => one.direction === direction && one.wallet_id === wallet_id);
  const known = others.filter((one) => one.movement_id !== movement_id);
  return known.reduce((sum, { amount }) => sum + amount, movement.amount) <= row.amount;
}

/** Takes back what was booked as a customer's and belongs to `row`; called whenever its hash becomes known. */
export async function claimMovements(tx: Tx, ids: Ids, row: TransferRow, at: Instant): Promise<void> {
  if (row.tx_hash === null) return;
  const stray = await tx.find(tables.movement, {
    where: {
      wallet_id: { in: [row.from_wallet, row.to_wallet] },
      at: { gte: row.created_at - CLOCK_SKEW_MAX_MS },
      tx_hash: row.tx_hash,
      transfer_id: null,
    },
    order_by: [
      ["wallet_id", "asc"],
      ["movement_id", "asc"],
    ],
    limit: CANDIDATES_MAX,
  });
  for (const movement of stray.filter((one) => fits(row, one))) {
    if (!(await hasRoom(tx, row, movement))) continue;
    const { wallet_id, movement_id } = movement;
    if (!movement.unexplained && movement.amount + movement.fee > 0n)
      await reverseMovement(tx, ids, movement, `part of ${row.id}`, at);
    await tx.update(tables.movement, { wallet_id, movement_id }, { transfer_id: row.id, unexplained: false });
  }
}

/** Movements already read that belong to these transfers, by transfer. */
export async function movementsOf(
  tx: ReadTx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly MovementRow[]>> {
  const found = new Map<string, MovementRow[]>();
  if (ids.length === 0) return found;
  const rows = await tx.find(tables.movement, {
    where: { transfer_id: { in: ids } },
    limit: ids.length * CANDIDATES_MAX,
  });
  for (const row of rows) {
    if (row.transfer_id === null) continue;
    const known = found.get(row.transfer_id);
    if (known === undefined) found.set(row.transfer_id, [row]);
    else known.push(row);
  }
  return found;
}

function fits(row: TransferRow, movement: MovementRow): boolean {
  if (movement.asset !== row.asset) return false;
  if (movement.direction === "out") return movement.wallet_id === row.from_wallet && movement.amount <= row.amount;
  return movement.wallet_id === row.to_wallet && movement.amount <= row.amount;
}
