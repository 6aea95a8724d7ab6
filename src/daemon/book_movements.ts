/** Movements a venue reports, each recorded once: those of our own transfers are attached to them, all others are customers'. */
import { emit } from "../audit/index.ts";
import type { WalletConfig } from "../config/types.ts";
import { bookMovement } from "../ledger/index.ts";
import { type MovementRow, type Tx, tables } from "../store/index.ts";
import { findOwner } from "../transfers/index.ts";
import { VenueError } from "../venues/index.ts";
import type { MovementPage, VenueMovement } from "../venues/port.ts";
import { isIncluded } from "./included.ts";
import { MOVEMENTS_PER_TX } from "./limits.ts";
import type { Opening } from "./open_wallet.ts";
import type { DaemonDeps } from "./types.ts";

/**
 * Books a page and moves the cursor with its last movements. `opening`: the balance the books were opened with, which already
 * contains everything up to it.
 */
export async function bookPage(
  deps: DaemonDeps,
  wallet: WalletConfig,
  page: MovementPage,
  opening: Opening | null,
): Promise<void> {
  const { movements } = page;
  const foreign = movements.find(({ asset }) => asset !== wallet.asset);
  if (foreign !== undefined) {
    throw new VenueError("venue_invalid", `${wallet.venue} reports ${foreign.asset} in the wallet ${wallet.id}.`);
  }
  for (let at = 0; at < movements.length; at += MOVEMENTS_PER_TX) {
    const some = movements.slice(at, at + MOVEMENTS_PER_TX);
    const last = at + MOVEMENTS_PER_TX >= movements.length;
    await deps.store.tx("movements.book", async (tx) => {
      for (const movement of some) {
        const row = rowOf(wallet, movement);
        if (opening === null || !isIncluded(row, opening)) await bookOne(tx, deps, row);
      }
      if (last) await tx.update(tables.balance, { wallet_id: wallet.id }, { movement_cursor: page.cursor });
    });
  }
}

async function bookOne(tx: Tx, deps: DaemonDeps, movement: MovementRow): Promise<void> {
  const owner = await findOwner(tx, movement);
  const row = { ...movement, transfer_id: owner?.id ?? null };
  if (!(await tx.insertIfAbsent(tables.movement, row))) return;
  const posted = owner === null ? await bookMovement(tx, deps.ids, row) : null;
  await emit(tx, deps.ids, {
    kind: "movement.booked",
    ref: row.wallet_id,
    actor: "daemon",
    at: deps.clock.now(),
    payload: {
      wallet_id: row.wallet_id,
      movement_id: row.movement_id,
      asset: row.asset,
      direction: row.direction,
      amount: row.amount.toString(),
      fee: row.fee.toString(),
      counterparty: row.counterparty,
      tx_hash: row.tx_hash,
      transfer_id: row.transfer_id,
      posting_id: posted?.posting.id ?? null,
    },
  });
}

function rowOf(wallet: WalletConfig, movement: VenueMovement): MovementRow {
  const { id, direction, amount, fee, asset, reference, tx_hash, counterparty, at, height } = movement;
  return {
    wallet_id: wallet.id,
    movement_id: id,
    direction,
    asset,
    amount,
    fee,
    reference,
    tx_hash,
    counterparty,
    at,
    height,
    transfer_id: null,
  };
}
