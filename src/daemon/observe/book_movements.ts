/**
 * Movements a venue reports, each recorded once: those of our own transfers are attached to them; the others are customers', and
 * where no customer may move anything they stay out of the books until somebody explains them.
 */
import { type EventInput, makeEvent } from "../../audit/index.ts";
import type { WalletConfig } from "../../config/types.ts";
import {
  type Coalesced,
  coalesce,
  loadBooks,
  movementPosting,
  type Part,
  POSTINGS_MAX,
  postMany,
} from "../../ledger/index.ts";
import { bookDeposit, bookFill, type CreditOrderRow, type FillBooked, noteForeign } from "../../lending/index.ts";
import type { Instant } from "../../ports/index.ts";
import {
  type BalanceRow,
  type ExpectedFlowRow,
  insertRows,
  type MovementRow,
  type Tx,
  tables,
} from "../../store/index.ts";
import { findOwner, wakeSettled } from "../../transfers/index.ts";
import { VenueError } from "../../venues/index.ts";
import type { MovementPage, VenueMovement } from "../../venues/port.ts";
import { MOVEMENTS_PER_TX } from "../limits.ts";
import { meetExpected, readExpected } from "../reconcile/expected_flows.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps } from "../types.ts";
import { isIncluded } from "./included.ts";
import type { Opening } from "./open_wallet.ts";

export interface Booked {
  /** New to us, although the last known balance contained it already. */
  readonly found_late: number;
  /** Known to us with another content. */
  readonly changed: readonly string[];
}

/** What a page is compared with. */
export interface Before {
  /** The balance the books were opened with, which already contains everything up to it. */
  readonly opening: Opening | null;
  /** The last known balance. */
  readonly known: BalanceRow | null;
}

/** Books a page and moves the cursor with its last movements. */
export async function bookPage(
  deps: DaemonDeps,
  state: DaemonState,
  wallet: WalletConfig,
  page: MovementPage,
  { opening, known }: Before,
): Promise<Booked> {
  const { movements } = page;
  const foreign = movements.find(({ asset }) => asset !== wallet.asset);
  if (foreign !== undefined && wallet.facility_id === undefined) {
    throw new VenueError("venue_invalid", `${wallet.venue} reports ${foreign.asset} in the wallet ${wallet.id}.`);
  }
  const desk = deskOf(deps, state);
  let found_late = 0;
  const changed: string[] = [];
  for (let at = 0; at < movements.length; at += MOVEMENTS_PER_TX) {
    const some = movements.slice(at, at + MOVEMENTS_PER_TX).map((movement) => rowOf(wallet, movement));
    const networks = new Map(page.movements.map(({ id, network }) => [id, network ?? null]));
    const found = await desk.run({
      ...{ wallet, networks },
      rows: some.filter((row) => opening === null || !isIncluded(row, opening)),
      cursor: at + MOVEMENTS_PER_TX >= movements.length ? page.cursor : null,
    });
    found_late += found.booked.filter((row) => known !== null && isIncluded(row, known)).length;
    changed.push(...found.changed);
  }
  return { found_late, changed };
}

/** Movements of one wallet that are booked together; with `cursor`, its place in the venue's list moves as well. */
export interface Sheet {
  readonly wallet: WalletConfig;
  readonly rows: readonly MovementRow[];
  readonly cursor: string | null;
  /** By movement, where the venue says over which it came. */
  readonly networks?: ReadonlyMap<string, string | null>;
}

export interface BookedSheet {
  readonly booked: readonly MovementRow[];
  /** Ids of those that are known with another content. */
  readonly changed: readonly string[];
}

/** Sheets of one transaction: as many as have room for their postings. */
const SHEETS_MAX = Math.floor(POSTINGS_MAX / MOVEMENTS_PER_TX);

/**
 * All wallets book at one desk: what is read of several at the same time becomes durable with one commit, and one that cannot be
 * booked keeps no other waiting. Every wallet of an asset meets the same customers' account there.
 */
function deskOf(deps: DaemonDeps, state: DaemonState): Coalesced<Sheet, BookedSheet> {
  const settle = async (sheets: readonly Sheet[]): Promise<Part<BookedSheet>[]> => {
    const booked = await deps.store.tx("movements.book", (tx) => bookSheets(tx, deps, sheets));
    return booked.map((done) => ({ done }));
  };
  state.booking ??= coalesce({ batch_max: SHEETS_MAX, settle });
  return state.booking;
}

/**
 * Custody and collateral are moved by transfers alone, and so is every other wallet of which the configuration says so: a movement
 * of nobody there is never a customer's.
 */
function servesCustomers({ kind, flows }: WalletConfig): boolean {
  return kind !== "custody" && kind !== "collateral" && flows !== "none";
}

interface Booking {
  readonly fresh: MovementRow[];
  readonly unowned: MovementRow[];
  readonly changed: string[];
  /** Of a facility or a sale: booked there, with its posting. */
  readonly lending: Map<MovementRow, string | null>;
}

/** Each movement once; the postings of all are written together, and so are their events. */
async function bookSheets(tx: Tx, deps: DaemonDeps, sheets: readonly Sheet[]): Promise<BookedSheet[]> {
  const wallet_ids = sheets.map(({ wallet }) => wallet.id);
  const [known, ours, expected] = await Promise.all([
    readKnown(tx, sheets),
    readCandidates(tx, sheets),
    readExpected(tx, wallet_ids),
    tx.gathers === true && lookAtBooks(tx, sheets),
  ]);
  const bookings: Booking[] = [];
  for (const { wallet, rows, cursor, networks } of sheets) {
    const booking: Booking = { fresh: [], unowned: [], changed: [], lending: new Map() };
    for (const row of rows) {
      const network = networks?.get(row.movement_id) ?? null;
      await bookOne(tx, deps, { wallet, row, network, known, ours, booking });
    }
    if (cursor !== null) await tx.update(tables.balance, { wallet_id: wallet.id }, { movement_cursor: cursor });
    bookings.push(booking);
  }
  await explain(tx, deps, sheets, bookings, expected);
  const fresh = bookings.flatMap((booking) => booking.fresh);
  const lent = new Map(bookings.flatMap(({ lending }) => [...lending]));
  const others = fresh.filter((row) => !lent.has(row));
  const postings = new Map([...lent, ...(await postAll(tx, deps, others))]);
  const now = deps.clock.now();
  const events = fresh.map((row) => makeEvent(deps.ids, bookedEvent(row, now, postings.get(row) ?? null)));
  const unowned = bookings.flatMap((booking) => booking.unowned);
  await tx.writeMany([insertRows(tables.movement, unowned), insertRows(tables.event, events)]);
  return bookings.map(({ fresh: booked, changed }) => ({ booked, changed }));
}

/** What the bookings write to, if it is customers who moved it: asked for with the rest. */
async function lookAtBooks(tx: Tx, sheets: readonly Sheet[]): Promise<void> {
  const moved = sheets.filter(({ cursor }) => cursor !== null);
  const inputs = sheets.flatMap(({ rows }) => rows.flatMap((row) => movementPosting(row) ?? []));
  await Promise.all([
    ...moved.map(({ wallet }) => tx.get(tables.balance, { wallet_id: wallet.id })),
    loadBooks(tx, inputs),
  ]);
}

/** What was announced is a customer's; where all payments out are announced, what was not is nobody's. */
async function explain(
  tx: Tx,
  deps: DaemonDeps,
  sheets: readonly Sheet[],
  bookings: readonly Booking[],
  expected: readonly ExpectedFlowRow[],
): Promise<void> {
  const of = ({ unowned, lending }: Booking) => unowned.filter((row) => !lending.has(row) && !row.unexplained);
  const announced = await meetExpected(tx, deps, expected, bookings.flatMap(of));
  for (const [at, { wallet }] of sheets.entries()) {
    const booking = bookings[at];
    if (wallet.flows !== "expected" || booking === undefined) continue;
    for (const row of of(booking)) row.unexplained = row.direction === "out" && !announced.has(row);
  }
}

interface One {
  readonly wallet: WalletConfig;
  readonly row: MovementRow;
  readonly known: Map<string, MovementRow>;
  readonly network: string | null;
  readonly ours: {
    readonly ids: ReadonlySet<string>;
    readonly hashes: ReadonlySet<string>;
    /** Orders of sales, by their reference. */
    readonly orders: ReadonlyMap<string, Pick<CreditOrderRow, "base" | "quote">>;
  };
  readonly booking: Booking;
}

async function bookOne(tx: Tx, deps: DaemonDeps, one: One): Promise<void> {
  const { wallet, row, known, ours, booking } = one;
  if (row.asset !== wallet.asset) return noteForeign(tx, deps, wallet, row);
  const key = keyOf(row);
  const before = known.get(key);
  if (before !== undefined) {
    if (await meetAgain(tx, before, row)) booking.changed.push(row.movement_id);
    return;
  }
  const maybe = ours.ids.has(row.reference ?? "") || ours.hashes.has(row.tx_hash ?? "");
  const owner = maybe ? await findOwner(tx, row) : null;
  const lent = owner === null && isLending(one);
  const unexplained = owner === null && !lent && !servesCustomers(wallet);
  const fresh = { ...row, transfer_id: owner?.id ?? null, unexplained };
  known.set(key, fresh);
  booking.fresh.push(fresh);
  if (owner === null) {
    booking.unowned.push(fresh);
    if (!lent) return;
    const booked = await bookLending(tx, deps, one, fresh);
    if (booked === "beyond") fresh.unexplained = true;
    else booking.lending.set(fresh, booked.posting_id);
    return;
  }
  // At once: the next movement of the same transfer has to see it.
  await tx.insert(tables.movement, fresh);
  await wakeSettled(tx, owner, deps.clock.now());
}

/** A deposit of collateral, or what an order of a sale moved. */
function isLending({ wallet, row, ours }: One): boolean {
  if (wallet.facility_id !== undefined && row.direction === "in") return true;
  const order = ours.orders.get(row.reference ?? "");
  // A fee in a third coin names the order too, and is none of the two: it is a movement that nobody has explained.
  return order !== undefined && row.asset === (row.direction === "out" ? order.base : order.quote);
}

async function bookLending(tx: Tx, deps: DaemonDeps, { wallet, network }: One, row: MovementRow): Promise<FillBooked> {
  const filled = await bookFill(tx, deps, row);
  return filled ?? { posting_id: await bookDeposit(tx, deps, wallet, row, network) };
}

/** Rows that are in the books already, by `keyOf`. */
async function readKnown(tx: Tx, sheets: readonly Sheet[]): Promise<Map<string, MovementRow>> {
  const found = await Promise.all(
    sheets.map(async ({ wallet, rows }) => {
      const ids = [...new Set(rows.map(({ movement_id }) => movement_id))];
      if (ids.length === 0) return [];
      return tx.find(tables.movement, { where: { wallet_id: wallet.id, movement_id: { in: ids } }, limit: ids.length });
    }),
  );
  return new Map(found.flat().map((row) => [keyOf(row), row]));
}

/** References and hashes that transfers of ours bear: what names neither is nobody's of ours. */
async function readCandidates(tx: Tx, sheets: readonly Sheet[]): Promise<One["ours"]> {
  const rows = sheets.flatMap((sheet) => sheet.rows);
  const ids = [...new Set(rows.flatMap(({ reference }) => reference ?? []))];
  const hashes = [...new Set(rows.flatMap(({ tx_hash }) => tx_hash ?? []))];
  const [by_id, by_hash, orders] = await Promise.all([
    ids.length === 0 ? [] : tx.find(tables.transfer, { where: { id: { in: ids } }, limit: ids.length }),
    hashes.length === 0 ? [] : tx.find(tables.transfer, { where: { tx_hash: { in: hashes } }, limit: CANDIDATES_MAX }),
    ids.length === 0 ? [] : tx.find(tables.creditOrder, { where: { id: { in: ids } }, limit: ids.length }),
  ]);
  return {
    ids: new Set(by_id.map(({ id }) => id)),
    orders: new Map(orders.map((order) => [order.id, order])),
    // So many of one hash that not all were read: all of them may be ours.
    hashes: new Set(by_hash.length < CANDIDATES_MAX ? by_hash.flatMap(({ tx_hash }) => tx_hash ?? []) : hashes),
  };
}

const CANDIDATES_MAX = 1_000;

function keyOf({ wallet_id, movement_id }: Pick<MovementRow, "wallet_id" | "movement_id">): string {
  return JSON.stringify([wallet_id, movement_id]);
}

/**
 * Known already. A venue may complete a movement it listed, but what it did to the balance must stay what it was: true when it is
 * another. One that a network had taken back with its transfer counts from now on again, at its new height.
 */
async function meetAgain(
  tx: Tx,
  known: MovementRow,
  { wallet_id, movement_id, ...now }: MovementRow,
): Promise<boolean> {
  if (known.direction !== now.direction || known.amount !== now.amount || known.fee !== now.fee) return true;
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
