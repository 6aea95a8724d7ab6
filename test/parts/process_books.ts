/**
 * What a process left behind, compared from outside: the books in its store against the sandbox's own world, which is the truth
 * about what was really paid. Nothing here uses what the daemon says about itself.
 */
import { join } from "node:path";
import { trialBalance } from "../../src/ledger/index.ts";
import { Journal } from "../../src/sandbox/journal.ts";
import { applyPatch, emptyState } from "../../src/sandbox/state.ts";
import type { MovementRow as WorldMovement, WorldState, WorldTransfer } from "../../src/sandbox/types.ts";
import {
  type BalanceRow,
  type MovementRow,
  openPglite,
  type ReadTx,
  type Store,
  tables,
} from "../../src/store/index.ts";
import { EDGES, TERMINAL } from "../../src/transfers/states.ts";
import type { TransferRow, TransferState } from "../../src/transfers/types.ts";

const ROWS_MAX = 10_000;
/** In these the venue must have it; in `submitting`, `held` and `failed` it may. */
const AT_VENUE: readonly TransferState[] = ["submitted", "settled"];
const NOT_AT_VENUE: readonly TransferState[] = [
  "planned",
  "awaiting_approval",
  "approved",
  "denied",
  "expired",
  "cancelled",
];

export interface Books {
  readonly transfers: readonly TransferRow[];
  readonly movements: readonly MovementRow[];
  readonly balances: readonly BalanceRow[];
  /** Height of the balance each wallet's books were opened with; one that was made for a loan is read from its beginning. */
  readonly openings: ReadonlyMap<string, number>;
  /** Accounts at custodians that were made for loans, by wallet. */
  readonly places: ReadonlyMap<string, string>;
  /** Everything wrong that the store shows by itself. */
  readonly problems: readonly string[];
}

/** Of a process that has ended, in whatever way. */
export async function readBooks(data_dir: string): Promise<Books> {
  const store = await openPglite({ dir: join(data_dir, "store") });
  try {
    return await booksOf(store);
  } finally {
    await store.close();
  }
}

/** Of any store; nobody may write to it meanwhile. */
export function booksOf(store: Store): Promise<Books> {
  return store.read("test.books", read);
}

/** What the venues know; also while the process runs. */
export function readWorld(data_dir: string): WorldState {
  const state = emptyState();
  for (const patch of new Journal(data_dir).read()) applyPatch(state, patch);
  return state;
}

/** Sentences about everything that was lost, doubled or not booked; none is the answer hoped for. */
export function compareWithWorld(books: Books, world: WorldState): string[] {
  const paid = Map.groupBy(world.transfers.values(), (row) => row.reference);
  const known = new Map(books.transfers.map((row) => [row.reference, row]));
  return [
    ...books.problems,
    ...[...paid].flatMap(([reference, rows]) => effectProblems(reference, rows, known.get(reference))),
    ...books.transfers.flatMap((row) => transferProblems(row, paid.get(row.reference) ?? [])),
    ...books.balances.flatMap((balance) => walletProblems(balance, books, world)),
  ];
}

/** States only go forward: what an earlier look saw may have moved along the edges, and is never gone. */
export function compareWithEarlier(
  earlier: readonly { readonly id: string; readonly state: TransferState }[],
  later: readonly { readonly id: string; readonly state: TransferState }[],
): string[] {
  const now = new Map(later.map(({ id, state }) => [id, state]));
  return earlier.flatMap(({ id, state }) => {
    const found = now.get(id);
    if (found === undefined) return [`${id} was ${state} and is gone`];
    return reachable(state).has(found) ? [] : [`${id} was ${state} and is ${found}`];
  });
}

async function read(tx: ReadTx): Promise<Books> {
  const [transfers, balances] = [
    await tx.find(tables.transfer, { limit: ROWS_MAX }),
    await tx.find(tables.balance, { limit: ROWS_MAX }),
  ];
  const movements: MovementRow[] = [];
  for (const { wallet_id } of balances) movements.push(...(await movementsOf(tx, wallet_id)));
  const places = new Map<string, string>();
  for (const { id, account } of await tx.find(tables.facilityPlace, { limit: ROWS_MAX })) {
    if (account !== null) places.set(id, account);
  }
  const openings = new Map<string, number>();
  for (const { wallet_id } of balances) {
    const row = await tx.get(tables.control, { name: `opening/${wallet_id}` });
    const opening = row?.value as { height: string } | undefined;
    openings.set(wallet_id, opening === undefined && places.has(wallet_id) ? 0 : Number(opening?.height));
  }
  const trial = await trialBalance(tx);
  const breaks = await tx.find(tables.breaks, { limit: ROWS_MAX });
  const problems = [
    ...(transfers.length < ROWS_MAX ? [] : ["there are more transfers than this comparison reads"]),
    ...(trial.length > 0 ? [] : ["the books are empty"]),
    ...trial.filter((line) => !line.balanced).map((line) => `${line.asset}: ${line.debits} against ${line.credits}`),
    ...trial
      .flatMap((line) => line.accounts)
      // Holds may exceed what is left: customers' withdrawals are facts, and a plan that waits does not stop them.
      .filter((account) => account.posted < 0n || account.held < 0n)
      .map((account) => `${account.id} has ${account.posted} and holds ${account.held}`),
    ...breaks.map((row) => `a break of ${row.difference} in ${row.wallet_id}`),
  ];
  return { transfers, movements, balances, openings, places, problems };
}

/** All of them, however long it ran: what is not read here would be called not booked. */
async function movementsOf(tx: ReadTx, wallet_id: string): Promise<MovementRow[]> {
  const rows: MovementRow[] = [];
  for (let last = ""; ; last = rows.at(-1)?.movement_id ?? "") {
    const page = await tx.find(tables.movement, {
      where: { wallet_id, movement_id: { gt: last } },
      order_by: [["movement_id", "asc"]],
      limit: ROWS_MAX,
    });
    rows.push(...page);
    if (page.length < ROWS_MAX) return rows;
  }
}

/** One reference, one payment, of a transfer that the store has, to where the plan says. */
function effectProblems(
  reference: string,
  rows: readonly WorldTransfer[],
  transfer: TransferRow | undefined,
): string[] {
  const [first] = rows;
  if (rows.length !== 1 || first === undefined) return [`${reference} was taken ${rows.length} times`];
  if (transfer === undefined) return [`a venue was asked for ${reference}, which the books do not know`];
  const same = first.amount === transfer.amount && first.to_address === transfer.plan.to.address;
  return same ? [] : [`${reference} is ${first.amount} to ${first.to_address}, not what was planned`];
}

function transferProblems(row: TransferRow, paid: readonly WorldTransfer[]): string[] {
  const { id, state } = row;
  if (AT_VENUE.includes(state) && paid.length === 0) return [`${id} is ${state} and no venue has it`];
  if (NOT_AT_VENUE.includes(state) && paid.length > 0) return [`${id} is ${state} and a venue has it`];
  const final = paid[0]?.status;
  if (state === "settled" && final !== "completed") return [`${id} is settled and ${final} at the venue`];
  if (state === "failed" && final === "completed") return [`${id} is failed and completed at the venue`];
  return [];
}

/** Every movement between the opening and the cursor is booked once, as it happened, and nothing else is. */
function walletProblems(balance: BalanceRow, { movements, openings, places }: Books, world: WorldState): string[] {
  const { wallet_id, venue_id, movement_cursor } = balance;
  // What people enter is in no world.
  if (balance.source === "manual") return [];
  const account = accountOf(balance, world, places);
  const from = openings.get(wallet_id) ?? Number.NaN;
  const expected = (world.movements.get(account) ?? []).filter(
    ({ seq }) => seq > from && seq <= Number(movement_cursor ?? Number.NaN),
  );
  const booked = new Map(
    movements.filter((row) => row.wallet_id === wallet_id).map((row) => [row.movement_id, row] as const),
  );
  // The world forgets the oldest of a long story: what it does not know any more cannot be compared one by one.
  const forgotten = world.accounts.get(account)?.forgotten ?? 0;
  for (const id of booked.keys()) if (Number(id.slice(venue_id.length + 1)) <= forgotten) booked.delete(id);
  const problems = expected.flatMap((movement) => {
    const id = `${venue_id}-${movement.seq}`;
    const row = booked.get(id);
    booked.delete(id);
    if (row === undefined) return [`${wallet_id}: ${id} is not booked`];
    return isSame(row, movement) ? [] : [`${wallet_id}: ${id} is booked as something else`];
  });
  return [...problems, ...[...booked.keys()].map((id) => `${wallet_id}: ${id} is booked and never happened`)];
}

/** A wallet's account in the world bears the wallet's own name, that of its facility's place, or that of its asset. */
function accountOf(
  { wallet_id, venue_id, asset }: BalanceRow,
  world: WorldState,
  places: ReadonlyMap<string, string>,
): string {
  // The gas of the hot wallet lies beside its coins.
  const own = wallet_id === "hot-gas" ? "usdt-gas" : wallet_id;
  const names = [places.get(wallet_id) ?? own, asset.toLowerCase()];
  const key = names.map((name) => `${venue_id}/${name}`).find((each) => world.accounts.has(each));
  if (key === undefined) throw new Error(`The world has no account of ${wallet_id} at ${venue_id}.`);
  return key;
}

function isSame(row: MovementRow, movement: WorldMovement): boolean {
  return row.direction === movement.direction && row.amount === movement.amount && row.fee === movement.fee;
}

function reachable(from: TransferState): ReadonlySet<TransferState> {
  const found = new Set([from]);
  if (TERMINAL.has(from)) return found;
  for (const state of found) for (const edge of EDGES) if (edge.from === state) found.add(edge.to);
  return found;
}
