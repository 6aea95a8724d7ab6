/** Movements a venue reports, each recorded once: those of our own transfers are attached to them, all others are customers'. */
import { type EventInput, makeEvent } from "../audit/index.ts";
import type { WalletConfig } from "../config/types.ts";
import { movementPosting, postMany } from "../ledger/index.ts";
import type { Instant } from "../ports/index.ts";
import { insertRows, type MovementRow, type Tx, tables } from "../store/index.ts";
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
      const rows = some.map((movement) => rowOf(wallet, movement));
      await bookSome(
        tx,
        deps,
        rows.filter((row) => opening === null || !isIncluded(row, opening)),
      );
      if (last) await tx.update(tables.balance, { wallet_id: wallet.id }, { movement_cursor: page.cursor });
    });
  }
}

/** Each movement once; their postings are written together, and so are their events. */
async function bookSome(tx: Tx, deps: DaemonDeps, movements: readonly MovementRow[]): Promise<void> {
  const booked: MovementRow[] = [];
  for (const movement of movements) {
    const owner = await findOwner(tx, movement);
    const row = { ...movement, transfer_id: owner?.id ?? null };
    if (await tx.insertIfAbsent(tables.movement, row)) booked.push(row);
  }
  const postings = await postAll(tx, deps, booked);
  const events = booked.map((row) =>
    makeEvent(deps.ids, bookedEvent(row, deps.clock.now(), postings.get(row) ?? null)),
  );
  await tx.writeMany([insertRows(tables.event, events)]);
}

/** The id of each movement's posting; none for the movements of a transfer, and for empty ones. */
async function postAll(tx: Tx, deps: DaemonDeps, rows: readonly MovementRow[]): Promise<Map<MovementRow, string>> {
  const flows = rows.flatMap((row) => {
    const input = row.transfer_id === null ? movementPosting(row) : null;
    return input === null ? [] : [{ row, input }];
  });
  const outcomes = await postMany(
    tx,
    deps.ids,
    flows.map(({ input }) => input),
  );
  const ids = new Map<MovementRow, string>();
  for (const [at, { row }] of flows.entries()) {
    const outcome = outcomes[at];
    if (outcome === undefined) continue;
    if ("refused" in outcome) throw outcome.refused;
    ids.set(row, outcome.posting.id);
  }
  return ids;
}

function bookedEvent(row: MovementRow, at: Instant, posting_id: string | null): EventInput<"movement.booked"> {
  const { wallet_id, movement_id, asset, direction, counterparty, tx_hash, transfer_id } = row;
  return {
    kind: "movement.booked",
    ref: wallet_id,
    actor: "daemon",
    at,
    payload: {
      wallet_id,
      movement_id,
      asset,
      direction,
      amount: row.amount.toString(),
      fee: row.fee.toString(),
      counterparty,
      tx_hash,
      transfer_id,
      posting_id,
    },
  };
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
