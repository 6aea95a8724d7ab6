/**
 * Many postings in one transaction: everything they look at is read at once, each is judged after the one before it, and all that
 * passed are written by one statement. One that is refused leaves its neighbours alone.
 */
import { assert } from "../errors/index.ts";
import type { Ids } from "../ports/index.ts";
import { insertRows, StoreError, type Tx, tables, updateRows, type Write } from "../store/index.ts";
import { accountId } from "./accounts.ts";
import { LedgerError } from "./errors.ts";
import { type Books, type Judged, judge, postingDigest } from "./judge.ts";
import { accountsOfFact } from "./lines.ts";
import type { AccountRow, HoldRow, Posted, PostInput } from "./types.ts";

/** Most postings of one transaction. */
export const POSTINGS_MAX = 500;
/** Most values of one condition, and most rows of one answer that are asked for by them. */
const PAGE = 1_000;

/** What became of one of many. */
export type PostOutcome = Posted | { readonly refused: LedgerError };

export interface Batch {
  /** In the order of the inputs. */
  readonly outcomes: readonly (Judged | { readonly refused: LedgerError })[];
  readonly books: Books;
  /** As they were read. */
  readonly before: Pick<Books, "accounts" | "holds">;
}

/**
 * Writes what `post` would write for each input in turn, refusals left out.
 * @example const [first, second] = await store.tx("deposits", (tx) => postMany(tx, ids, [one, other]));
 */
export async function postMany(tx: Tx, ids: Ids, inputs: readonly PostInput[]): Promise<PostOutcome[]> {
  if (inputs.length === 0) return [];
  const batch = judgeMany(await loadBooks(tx, inputs), ids, inputs);
  await writeBatch(tx, batch);
  return batch.outcomes.map((outcome) =>
    "refused" in outcome ? outcome : { posting: outcome.posting, replayed: outcome.replayed },
  );
}

/** Judges each in turn. The given books are not changed. */
export function judgeMany(
  before: Books,
  ids: Ids,
  inputs: readonly PostInput[],
  digests: readonly string[] = inputs.map(postingDigest),
): Batch {
  assert(inputs.length <= POSTINGS_MAX, `at most ${POSTINGS_MAX} postings at once`);
  const books = {
    postings: new Map(before.postings),
    holds: new Map(before.holds),
    accounts: new Map(before.accounts),
  };
  const outcomes = inputs.map((input, at) => {
    try {
      return judge(books, ids, input, digests[at]);
    } catch (error) {
      if (error instanceof LedgerError) return { refused: error };
      throw error;
    }
  });
  return { outcomes, books, before };
}

/** Everything the inputs look at. */
export async function loadBooks(tx: Pick<Tx, "find">, inputs: readonly PostInput[]): Promise<Books> {
  const readAccounts = (needed: readonly string[]) =>
    readAll(needed, (ids) => tx.find(tables.account, { where: { id: { in: ids } }, limit: PAGE }));
  const needed = unique(inputs.flatMap(accountsOf));
  const [postings, holds, named] = await Promise.all([
    readAll(unique(inputs.map(({ key }) => key)), (keys) =>
      tx.find(tables.posting, { where: { key: { in: keys } }, limit: PAGE }),
    ),
    readAll(unique(inputs.flatMap(({ releases = [] }) => releases)), (ids) =>
      tx.find(tables.hold, { where: { id: { in: ids } }, limit: PAGE }),
    ),
    readAccounts(needed),
  ]);
  const held = unique(holds.map(({ account_id }) => account_id)).filter((id) => !needed.includes(id));
  const accounts = [...named, ...(await readAccounts(held))];
  return {
    postings: new Map(postings.map((row) => [row.key, row])),
    holds: new Map(holds.map((row) => [row.id, row])),
    accounts: new Map(accounts.map((row) => [row.id, row])),
  };
}

/** Ids of the accounts an input may look at, those of its holds apart. */
export function accountsOf({ lines, basis }: PostInput): string[] {
  const refs = basis === "fact" ? lines.flatMap(accountsOfFact) : lines.map(({ account }) => account);
  return refs.map(accountId);
}

/**
 * Accounts first: whoever comes second waits there, and not on the number of an entry or on a key.
 * @throws StoreError store_conflict when the books are not as they were judged; the transaction must end then
 */
export async function writeBatch(tx: Tx, batch: Batch, more: readonly Write[] = []): Promise<void> {
  const made = newAccounts(batch);
  if (made.length > 0) await tx.writeMany([insertRows(tables.account, made)]);
  if (!(await tx.writeMany([...writesOf(batch), ...more]))) throw booksChanged();
}

export function booksChanged(): StoreError {
  return new StoreError("store_conflict", "The books changed after they were read; nothing was written.");
}

/** Accounts without entries until now, in key order. */
function newAccounts({ books, before }: Batch): AccountRow[] {
  return [...books.accounts.values()].filter(({ id }) => !before.accounts.has(id)).sort(byId);
}

/** Everything but new accounts. */
export function writesOf({ outcomes, books, before }: Batch): Write[] {
  const written = outcomes.filter((outcome) => !("refused" in outcome) && !outcome.replayed) as Judged[];
  const released = [...books.holds.values()].filter((row) => before.holds.get(row.id) !== row).sort(byId);
  const accounts = [...books.accounts.values()].flatMap((row) => accountUpdate(before.accounts.get(row.id), row));
  return [
    updateRows(tables.account, accounts),
    updateRows(tables.hold, released.map(holdUpdate)),
    insertRows(
      tables.posting,
      written.map(({ posting }) => posting),
    ),
    insertRows(
      tables.entry,
      written.flatMap(({ entries }) => entries),
    ),
  ];
}

function accountUpdate(before: AccountRow | undefined, row: AccountRow) {
  if (before === undefined || before === row) return [];
  const { id, posted, held, entry_count } = row;
  const guard = { posted: before.posted, held: before.held, entry_count: before.entry_count };
  return [{ key: { id }, patch: { posted, held, entry_count }, guard }];
}

function holdUpdate({ id, state }: HoldRow) {
  return { key: { id }, patch: { state }, guard: { state: "pending" as const } };
}

async function readAll<Row>(
  values: readonly string[],
  read: (some: readonly string[]) => Promise<Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let at = 0; at < values.length; at += PAGE) rows.push(...(await read(values.slice(at, at + PAGE))));
  return rows;
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : 1;
}
