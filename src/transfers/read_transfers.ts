/** Bounded reads of transfers. */
import type { AssetId } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { type ReadTx, tables } from "../store/index.ts";
import { TransferError } from "./errors.ts";
import { DUE_MAX, OPEN_MAX } from "./limits.ts";
import { TERMINAL } from "./states.ts";
import type { TransferRow, TransferState } from "./types.ts";

const OPEN_STATES: readonly TransferState[] = [
  "planned",
  "awaiting_approval",
  "approved",
  "submitting",
  "submitted",
  "held",
];
/** Others have ended for good; a settled one is watched while it has a `next_at`. */
const DUE_STATES: readonly TransferState[] = [...OPEN_STATES, "settled"];

/** @throws TransferError transfer_not_found */
export async function getTransfer(tx: ReadTx, id: string): Promise<TransferRow> {
  const row = await tx.get(tables.transfer, { id });
  if (row !== undefined) return row;
  throw new TransferError("transfer_not_found", `There is no transfer ${id}.`, { transfer: id });
}

export function isOpen(row: Pick<TransferRow, "state">): boolean {
  return !TERMINAL.has(row.state);
}

/** Settled, and to be looked at again: its network may still take it back. */
export function isWatched(row: Pick<TransferRow, "state" | "next_at">): boolean {
  return row.state === "settled" && row.next_at !== null;
}

/** Every open transfer of an asset, oldest first. A full page means that planning must stop. */
export function findOpen(tx: ReadTx, asset: AssetId): Promise<TransferRow[]> {
  return tx.find(tables.transfer, {
    where: { state: { in: OPEN_STATES }, asset },
    order_by: [
      ["created_at", "asc"],
      ["id", "asc"],
    ],
    limit: OPEN_MAX,
  });
}

/** Every open transfer out of these wallets. A full page means that not all of them were seen. */
export function findOpenFrom(tx: ReadTx, wallet_ids: readonly string[]): Promise<TransferRow[]> {
  return tx.find(tables.transfer, {
    where: { state: { in: OPEN_STATES }, from_wallet: { in: wallet_ids } },
    order_by: [
      ["created_at", "asc"],
      ["id", "asc"],
    ],
    limit: OPEN_MAX * 2,
  });
}

/** Open and watched transfers whose time has come, most urgent first. */
export function findDue(tx: ReadTx, now: Instant): Promise<TransferRow[]> {
  return tx.find(tables.transfer, {
    where: { state: { in: DUE_STATES }, next_at: { lte: now } },
    order_by: [
      ["next_at", "asc"],
      ["id", "asc"],
    ],
    limit: DUE_MAX,
  });
}

/**
 * Transfers of a pool that take room in a window that began at `since`: sent after it, or not sent yet, however old, because
 * they may be sent at any moment. What came to nothing takes none. A full page means that a window allows nothing.
 */
export async function findCounted(tx: ReadTx, pool_id: string, since: Instant, limit: number): Promise<TransferRow[]> {
  const order_by = [
    ["created_at", "desc"],
    ["id", "desc"],
  ] as const;
  const [open, settled] = await Promise.all([
    tx.find(tables.transfer, { where: { state: { in: OPEN_STATES }, pool_id }, order_by, limit }),
    tx.find(tables.transfer, { where: { state: "settled", submitted_at: { gt: since }, pool_id }, order_by, limit }),
  ]);
  return [...open.filter(({ submitted_at }) => submitted_at === null || submitted_at > since), ...settled];
}

/** When the next open or watched transfer wants attention; null when none does. */
export async function nextDueAt(tx: ReadTx): Promise<Instant | null> {
  const [first] = await tx.find(tables.transfer, {
    where: { state: { in: DUE_STATES }, next_at: { gte: 0 } },
    order_by: [
      ["next_at", "asc"],
      ["id", "asc"],
    ],
    limit: 1,
  });
  return first?.next_at ?? null;
}
