/**
 * Our own transfers as the venues have shown them so far: which of them a wallet's balance already contains. Pure, but for the
 * one read that collects them.
 */
import type { AssetId } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { type BalanceRow, type MovementRow, type ReadTx, tables } from "../store/index.ts";
import { findOpen, movementsOf, type TransferRow } from "../transfers/index.ts";
import { isIncluded } from "./included.ts";
import { RECENT_MAX, RECENT_MS } from "./limits.ts";

export interface OwnTransfer {
  readonly row: TransferRow;
  readonly movements: readonly MovementRow[];
}

/** Open transfers of an asset and those settled lately, with their movements. */
export async function readOwn(tx: ReadTx, asset: AssetId, now: Instant): Promise<OwnTransfer[]> {
  const settled = await tx.find(tables.transfer, {
    where: { state: "settled", settled_at: { gt: now - RECENT_MS }, asset },
    order_by: [
      ["settled_at", "desc"],
      ["id", "asc"],
    ],
    limit: RECENT_MAX,
  });
  const rows = [...(await findOpen(tx, asset)), ...settled];
  const movements = await movementsOf(
    tx,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ row, movements: movements.get(row.id) ?? [] }));
}

/** What the venue's balance of `balance.wallet_id` already contains of a transfer: out with its fee, and in. */
export function contained(own: OwnTransfer, balance: BalanceRow): { readonly out: bigint; readonly in: bigint } {
  let [out, into] = [0n, 0n];
  for (const movement of own.movements) {
    if (movement.wallet_id !== balance.wallet_id || !isIncluded(movement, balance)) continue;
    if (movement.direction === "out") out += movement.amount + movement.fee;
    else into += movement.amount;
  }
  return { out, in: into };
}
