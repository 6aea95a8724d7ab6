/**
 * Movements a venue reports, each recorded once: those of our own transfers are attached to them; the others are customers', and
 * where no customer may move anything they stay out of the books until somebody explains them.
 */
import { type EventInput, makeEvent } from "../audit/index.ts";
import type { WalletConfig } from "../config/types.ts";
import { movementPosting, postMany } from "../ledger/index.ts";
import type { WalletKind } from "../policy/types.ts";
import type { Instant } from "../ports/index.ts";
import { type BalanceRow, insertRows, type MovementRow, type Tx, tables } from "../store/index.ts";
import { findOwner, wakeSettled } from "../transfers/index.ts";
import { VenueError } from "../venues/index.ts";
import type { MovementPage, VenueMovement } from "../venues/port.ts";
import { isIncluded } from "./included.ts";
import { MOVEMENTS_PER_TX } from "./limits.ts";
import type { Opening } from "./open_wallet.ts";
import type { DaemonDeps } from "./types.ts";

export interface Booked {
  /** New to us, although the last known balance contained it already. */
  readonly found_late: number;
  /** Known to us with another content. */
  readonly changed: readonly string[];
}

/** What a page is compared with. */
interface Before {
  /** The balance the books were opened with, which already contains everything up to it. */
  readonly opening: Opening | null;
  /** The last known balance. */
  readonly known: BalanceRow | null;
}

/** Books a page and moves the cursor with its last movements. */
export async function bookPage(
  deps: DaemonDeps,
  wallet: WalletConfig,
  page: MovementPage,
  { opening, known }: Before,
): Promise<Booked> {
  const { movements } = page;
  const foreign = movements.find(({ asset }) => asset !== wallet.asset);
  if (foreign !== undefined) {
    throw new VenueError("venue_invalid", `${wallet.venue} reports ${foreign.asset} in the wallet ${wallet.id}.`);
  }
  let found_late = 0;
  const changed: string[] = [];
  for (let at = 0; at < movements.length; at += MOVEMENTS_PER_TX) {
    const some = movements.slice(at, at + MOVEMENTS_PER_TX);
    const last = at + MOVEMENTS_PER_TX >= movements.length;
    const results = await deps.store.tx("movements.book", async (tx) => {
      const rows = some
        .map((movement) => rowOf(wallet, movement))
        .filter((row) => opening === null || !isIncluded(row, opening));
      const found = await bookSome(tx, deps, rows, !OURS_ALONE.has(wallet.kind));
      if (last) await tx.update(tables.balance, { wallet_id: wallet.id }, { movement_cursor: page.cursor });
      return found;
    });
    found_late += results.booked.filter((row) => known !== null && isIncluded(row, known)).length;
    changed.push(...results.changed);
  }
  return { found_late, changed };
}

/** Custody and collateral are moved by transfers alone: a movement of nobody there is never a customer's. */
const OURS_ALONE: ReadonlySet<WalletKind> = new Set(["custody", "collateral"]);

interface BookedSome {
  readonly booked: readonly MovementRow[];
  /** Ids of those that are known with another content. */
  readonly changed: readonly string[];
}

/** Each movement once; their postings are written together, and so are their events. */
async function bookSome(
  tx: Tx,
  deps: DaemonDeps,
  movements: readonly MovementRow[],
  serves_customers: boolean,
): Promise<BookedSome> {
  const booked: MovementRow[] = [];
  const changed: string[] = [];
  for (const movement of movements) {
    const owner = await findOwner(tx, movement);
    const row = { ...movement, transfer_id: owner?.id ?? null, unexplained: owner === null && !serves_customers };
    if (await tx.insertIfAbsent(tables.movement, row)) {
      booked.push(row);
      if (owner !== null) await wakeSettled(tx, owner, deps.clock.now());
    } else if (await meetAgain(tx, row)) changed.push(row.movement_id);
  }
  const postings = await postAll(tx, deps, booked);
  const events = booked.map((row) =>
    makeEvent(deps.ids, bookedEvent(row, deps.clock.now(), postings.get(row) ?? null)),
  );
  await tx.writeMany([insertRows(tables.event, events)]);
  return { booked, changed };
}

/**
 * Known already. A venue may complete a movement it listed, but what it did to the balance must stay what it was: true when it is
 * another. One that a network had taken back with its transfer counts from now on again, at its new height.
 */
async function meetAgain(tx: Tx, { wallet_id, movement_id, ...now }: MovementRow): Promise<boolean> {
  const known = await tx.get(tables.movement, { wallet_id, movement_id });
  if (known?.direction !== now.direction || known.amount !== now.amount || known.fee !== now.fee) return true;
  const back = { gone: false, at: now.at, height: now.height };
  if (known.gone) await tx.update(tables.movement, { wallet_id, movement_id }, back);
  return false;
}

/** The id of each movement's posting; none for a transfer's, for empty ones, and for those that nothing explains. */
async function postAll(tx: Tx, deps: DaemonDeps, rows: readonly MovementRow[]): Promise<Map<MovementRow, string>> {
  const flows = rows.flatMap((row) => {
    const input = row.transfer_id === null && !row.unexplained ? movementPosting(row) : null;
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
    unexplained: false,
    gone: false,
  };
}
