/**
 * Our own transfers as the venues have shown them so far: which of them a wallet's balance already contains. Pure, but for the
 * one read that collects them.
 */
import { type AssetId, maxOf } from "../../money/index.ts";
import type { Instant } from "../../ports/index.ts";
import { type BalanceRow, type MovementRow, type ReadTx, tables } from "../../store/index.ts";
import { findOpen, movementsOf, type TransferRow } from "../../transfers/index.ts";
import { RECENT_MAX, RECENT_MS } from "../limits.ts";
import { isIncluded } from "./included.ts";

export interface OwnTransfer {
  readonly row: TransferRow;
  readonly movements: readonly MovementRow[];
}

/** Open transfers of an asset and those settled lately, with their movements. */
export async function readOwn(tx: ReadTx, asset: AssetId, now: Instant): Promise<OwnTransfer[]> {
  const [open, settled] = await Promise.all([
    findOpen(tx, asset),
    tx.find(tables.transfer, {
      where: { state: "settled", settled_at: { gt: now - RECENT_MS }, asset },
      order_by: [
        ["settled_at", "desc"],
        ["id", "asc"],
      ],
      limit: RECENT_MAX,
    }),
  ]);
  const rows = [...open, ...settled];
  const movements = await movementsOf(tx, rows);
  return rows.map((row) => ({ row, movements: movements.get(row.id) ?? [] }));
}

/** What the venue's balance of `balance.wallet_id` already contains of a transfer: out with its fee, and in; less what undid it. */
export function contained(own: OwnTransfer, balance: BalanceRow): { readonly out: bigint; readonly in: bigint } {
  let net = 0n;
  for (const movement of own.movements) {
    if (movement.wallet_id !== balance.wallet_id || !isIncluded(movement, balance)) continue;
    net += movement.direction === "in" ? movement.amount : -(movement.amount + movement.fee);
  }
  return { out: maxOf(-net, 0n), in: maxOf(net, 0n) };
}
