/**
 * First sight of a wallet. Its history is read to the end without being booked, because the first balance contains it; then the
 * balance is booked as the opening, and only what happens after it counts.
 */
import type { WalletConfig } from "../../config/types.ts";
import { bookOpening } from "../../ledger/index.ts";
import { type BalanceRow, type ReadTx, tables } from "../../store/index.ts";
import { refOf } from "../../transfers/index.ts";
import type { Venue } from "../../venues/port.ts";
import { PAGES_MAX } from "../limits.ts";
import type { DaemonDeps } from "../types.ts";
import { recordObserved } from "./record_observed.ts";

/** Cursor at the end of the wallet's history; null when there is more of it than one observation reads. */
export async function drainHistory(deps: DaemonDeps, venue: Venue, wallet: WalletConfig): Promise<string | null> {
  const name = `history/${wallet.id}`;
  const saved = await deps.store.read("wallet.history", (tx) => tx.get(tables.control, { name }));
  let cursor = typeof saved?.value === "string" ? saved.value : null;
  for (let read = 0; read < PAGES_MAX; read += 1) {
    const page = await venue.listMovements(refOf(wallet), cursor);
    cursor = page.cursor;
    if (!page.has_more) return cursor;
  }
  const row = { name, value: cursor, version: (saved?.version ?? 0) + 1, updated_at: deps.clock.now() };
  await deps.store.tx("wallet.history", (tx) => tx.upsert(tables.control, row));
  return null;
}

/** The balance the books of a wallet were opened with: every movement up to it is part of it. */
export type Opening = Pick<BalanceRow, "height" | "as_of">;

const openingName = (wallet_id: string): string => `opening/${wallet_id}`;

export async function readOpening(tx: ReadTx, wallet_id: string): Promise<Opening | null> {
  const row = await tx.get(tables.control, { name: openingName(wallet_id) });
  return row === undefined ? null : (row.value as unknown as Opening);
}

/**
 * Books the opening and writes the balance with its cursor, together: after a crash the wallet is either unseen or opened, and
 * everything after this balance is read from this cursor. A wallet that another instance opened meanwhile stays as it is.
 */
export async function openBooks(deps: DaemonDeps, wallet: WalletConfig, balance: BalanceRow): Promise<void> {
  await deps.store.tx("wallet.open", async (tx) => {
    if ((await tx.get(tables.balance, { wallet_id: wallet.id })) !== undefined) return;
    await bookOpening(tx, deps.ids, {
      wallet_id: wallet.id,
      asset: wallet.asset,
      amount: balance.total,
      owner: wallet.kind === "gas" ? "equity" : "customers",
      at: balance.received_at,
    });
    const value = { height: balance.height, as_of: balance.as_of };
    await tx.upsert(tables.control, {
      name: openingName(wallet.id),
      value,
      version: 1,
      updated_at: balance.received_at,
    });
    await tx.upsert(tables.balance, balance);
    await recordObserved(tx, deps, balance);
  });
}
