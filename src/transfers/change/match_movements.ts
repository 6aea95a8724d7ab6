/**
 * Which movements at venues are our own transfers. A movement is ours by our reference, or by its hash together with wallet,
 * direction and a fitting amount. One that was booked as a customer's before the hash was known is taken back and claimed; one
 * that was in no book is claimed as it is.
 */
import { reverseMovement } from "../../ledger/index.ts";
import type { Instant } from "../../ports/index.ts";
import { type MovementRow, type ReadTx, type Tx, tables } from "../../store/index.ts";
import type { TransferDeps } from "../context.ts";
import { isOpen, isWatched } from "../read_transfers.ts";
import type { TransferRow } from "../types.ts";

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
 * A transfer owns what it sends once. What undoes a movement of its own belongs to it too, and makes room for the same movement to
 * come again; whatever comes twice without that is a movement of its own, or the second would be swallowed.
 */
async function hasRoom(tx: ReadTx, row: TransferRow, movement: MovementRow): Promise<boolean> {
  const attached = await tx.find(tables.movement, { where: { transfer_id: row.id }, limit: CANDIDATES_MAX });
  const { wallet_id, movement_id } = movement;
  const expected = wallet_id === row.from_wallet ? "out" : "in";
  const others = attached.filter((one) => one.wallet_id === wallet_id && one.movement_id !== movement_id);
  const moved = [...others.filter((one) => isThere(row, one)), movement].reduce(
    (sum, one) => sum + (one.direction === expected ? sizeOf(row, one) : -sizeOf(row, one)),
    0n,
  );
  return moved >= 0n && moved <= sizeMax(row);
}

/** Of a payment of a wallet to itself the fee is all that moves. */
function sizeOf({ plan }: TransferRow, { amount, fee }: Pick<MovementRow, "amount" | "fee">): bigint {
  return plan.self === undefined ? amount : amount + fee;
}

function sizeMax({ plan, amount, fee_max }: TransferRow): bigint {
  return plan.self === undefined ? amount : fee_max;
}

/** A movement that vanished with a settlement counts again once its transaction settles. */
function isThere(row: Pick<TransferRow, "state" | "tx_hash">, movement: MovementRow): boolean {
  return !movement.gone || (row.state === "settled" && row.tx_hash === movement.tx_hash);
}

/** The settlement of `row` was taken back, and what its network had listed is not so any more. */
export async function dropMovements(tx: Tx, row: TransferRow): Promise<void> {
  const attached = await tx.find(tables.movement, {
    where: { transfer_id: row.id, gone: false },
    order_by: [
      ["wallet_id", "asc"],
      ["movement_id", "asc"],
    ],
    limit: CANDIDATES_MAX,
  });
  for (const { wallet_id, movement_id } of attached) {
    await tx.update(tables.movement, { wallet_id, movement_id }, { gone: true });
  }
}

/** Movements with the hash of `row` that belong to no transfer yet. */
export async function findStray(tx: ReadTx, row: TransferRow): Promise<MovementRow[]> {
  if (row.tx_hash === null) return [];
  return tx.find(tables.movement, {
    where: {
      wallet_id: { in: [row.from_wallet, row.to_wallet] },
      at: { gte: row.created_at - CLOCK_SKEW_MAX_MS },
      tx_hash: row.tx_hash,
      transfer_id: null,
    },
    // In the order of what happened: an arrival, what took it back, and the arrival that stands each find their room.
    order_by: [
      ["at", "asc"],
      ["wallet_id", "asc"],
      ["movement_id", "asc"],
    ],
    limit: CANDIDATES_MAX,
  });
}

/** Takes back, of these, what was booked as a customer's and belongs to `row`; called whenever its hash becomes known. */
export async function claimMovements(
  tx: Tx,
  deps: Pick<TransferDeps, "ids" | "config" | "clock" | "collateral">,
  row: TransferRow,
  stray: readonly MovementRow[],
  at: Instant,
): Promise<void> {
  for (const movement of stray.filter((one) => fits(row, one))) {
    if (!(await hasRoom(tx, row, movement))) continue;
    const { wallet_id, movement_id } = movement;
    const was_collateral = (await deps.collateral?.disown(tx, deps, movement, row, at)) === true;
    if (!was_collateral && !movement.unexplained && movement.amount + movement.fee > 0n)
      await reverseMovement(tx, deps.ids, movement, `part of ${row.id}`, at);
    await tx.update(tables.movement, { wallet_id, movement_id }, { transfer_id: row.id, unexplained: false });
  }
}

/** Movements already read that belong to these transfers and are still so, by transfer. */
export async function movementsOf(
  tx: ReadTx,
  transfers: readonly Pick<TransferRow, "id" | "state" | "tx_hash">[],
): Promise<ReadonlyMap<string, readonly MovementRow[]>> {
  const found = new Map<string, MovementRow[]>();
  if (transfers.length === 0) return found;
  const by_id = new Map(transfers.map((transfer) => [transfer.id, transfer]));
  const rows = await tx.find(tables.movement, {
    where: { transfer_id: { in: [...by_id.keys()] } },
    limit: transfers.length * CANDIDATES_MAX,
  });
  for (const row of rows) {
    const transfer = by_id.get(row.transfer_id ?? "");
    if (row.transfer_id === null || transfer === undefined || !isThere(transfer, row)) continue;
    const known = found.get(row.transfer_id);
    if (known === undefined) found.set(row.transfer_id, [row]);
    else known.push(row);
  }
  return found;
}

/**
 * Out of the source or into the destination. The other way round it undoes what was there (`hasRoom`): that belongs to a transfer
 * that is still followed; of any other it is a movement that people must look at.
 */
function fits(row: TransferRow, movement: MovementRow): boolean {
  const { asset, wallet_id, direction } = movement;
  if (asset !== row.asset || sizeOf(row, movement) > sizeMax(row)) return false;
  if (wallet_id === row.from_wallet) return direction === "out" || isFollowed(row);
  return wallet_id === row.to_wallet && (direction === "in" || isFollowed(row));
}

function isFollowed(row: TransferRow): boolean {
  return isOpen(row) || isWatched(row);
}
