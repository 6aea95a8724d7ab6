/**
 * What an account was at an instant, and how it came from one balance to another over a period. An entry belongs to the instant
 * of what it records, which a venue may report late: so the time of the entries is not always their order of booking, and the
 * balance of an instant is the sum of the entries up to it, not the running balance of the last one booked.
 */
import { assert } from "../errors/index.ts";
import type { Instant } from "../ports/index.ts";
import { type ReadTx, tables } from "../store/index.ts";
import { NORMAL_SIDE } from "./accounts.ts";
import type { AccountKind, AccountRow, EntryRow } from "./types.ts";

/** Most entries of one page of a statement. */
export const STATEMENT_PAGE_MAX = 1_000;
const PAGE = 10_000;
/** Entries read for several accounts together; where there are more, each account is looked at by itself. */
const TOGETHER_MAX = 2_000;

/** An entry with the account's balance after it, in the order of their instants. */
export interface StatementLine extends EntryRow {
  readonly balance: bigint;
}

/** The place after an entry: the next page begins there. */
export interface StatementPlace {
  readonly at: Instant;
  readonly seq: number;
}

export interface Statement {
  readonly account: AccountRow;
  /** First instant of the period, and the first after it. */
  readonly from: Instant;
  readonly to: Instant;
  /** Before the period, and at its end. */
  readonly opening: bigint;
  readonly closing: bigint;
  readonly lines: readonly StatementLine[];
  /** Null on the last page. */
  readonly next: StatementPlace | null;
}

export interface StatementQuery {
  readonly account_id: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly after?: StatementPlace | null;
  /** At most 1,000. */
  readonly limit: number;
}

/** Running balances from `opening` on; pure. */
export function statementLines(kind: AccountKind, opening: bigint, entries: readonly EntryRow[]): StatementLine[] {
  let balance = opening;
  return entries.map((entry) => {
    balance += signedAmount(kind, entry);
    return { ...entry, balance };
  });
}

/** Undefined for an account without entries. */
export async function readStatement(tx: ReadTx, query: StatementQuery): Promise<Statement | undefined> {
  const { account_id, from, to, after = null, limit } = query;
  assert(limit >= 1 && limit <= STATEMENT_PAGE_MAX, `a page has 1 to ${STATEMENT_PAGE_MAX} entries`);
  assert(from <= to, "a period ends after it begins");
  const account = await tx.get(tables.account, { id: account_id });
  if (account === undefined) return undefined;
  const opening = await balanceUntil(tx, account, from - 1);
  const closing = from === to ? opening : await balanceUntil(tx, account, to - 1);
  const entries = from === to ? [] : await readEntries(tx, { ...query, after, limit: limit + 1 });
  const start = after === null ? opening : await balanceAfter(tx, account, after);
  const lines = statementLines(account.kind, start, entries.slice(0, limit));
  const last = lines.at(-1);
  const more = entries.length > limit && last !== undefined;
  if (!more && last !== undefined) assert(last.balance === closing, `the statement of ${account_id} adds up`);
  return { account, from, to, opening, closing, lines, next: more ? { at: last.at, seq: last.seq } : null };
}

/** The balances of everything up to and with `at`, by account, as `balanceUntil` says it of one. */
export async function balancesUntil(
  tx: ReadTx,
  accounts: readonly AccountRow[],
  at: Instant,
): Promise<ReadonlyMap<string, bigint>> {
  const later = await tx.find(tables.entry, {
    where: { account_id: { in: accounts.map(({ id }) => id) }, at: { gt: at } },
    order_by: [
      ["account_id", "asc"],
      ["seq", "asc"],
    ],
    limit: TOGETHER_MAX,
  });
  const balances = new Map<string, bigint>();
  if (later.length === TOGETHER_MAX) {
    for (const account of accounts) balances.set(account.id, await balanceUntil(tx, account, at));
    return balances;
  }
  const entries = Map.groupBy(later, ({ account_id }) => account_id);
  for (const { id, kind, posted, entry_count } of accounts) {
    const since = (entries.get(id) ?? []).filter(({ seq }) => seq < entry_count);
    balances.set(
      id,
      since.reduce((balance, entry) => balance - signedAmount(kind, entry), posted),
    );
  }
  return balances;
}

/**
 * The balance of everything up to and with `at`: what was booked before the first entry of a later instant, and what was booked
 * after it about this time or before. Of the account as it was read: what was booked since then is not in it.
 */
export async function balanceUntil(tx: ReadTx, account: AccountRow, at: Instant): Promise<bigint> {
  const { id: account_id, kind, entry_count } = account;
  const [later] = await tx.find(tables.entry, {
    where: { account_id, at: { gt: at }, seq: { lt: entry_count } },
    order_by: [["seq", "asc"]],
    limit: 1,
  });
  if (later === undefined) return account.posted;
  let balance = later.balance_after - signedAmount(kind, later);
  for (let after = later.seq; ; ) {
    const late = await tx.find(tables.entry, {
      where: { account_id, at: { lte: at }, seq: { gt: after, lt: entry_count } },
      order_by: [["seq", "asc"]],
      limit: PAGE,
    });
    for (const entry of late) balance += signedAmount(kind, entry);
    const last = late.at(-1);
    if (last === undefined || late.length < PAGE) return balance;
    after = last.seq;
  }
}

/** The balance after the entry at `place`, in the order of a statement. */
async function balanceAfter(tx: ReadTx, account: AccountRow, { at, seq }: StatementPlace): Promise<bigint> {
  let balance = await balanceUntil(tx, account, at - 1);
  for (let from = 0; ; ) {
    const same = await tx.find(tables.entry, {
      where: { account_id: account.id, at, seq: { gte: from, lte: seq } },
      order_by: [["seq", "asc"]],
      limit: PAGE,
    });
    for (const entry of same) balance += signedAmount(account.kind, entry);
    const last = same.at(-1);
    if (last === undefined || same.length < PAGE) return balance;
    from = last.seq + 1;
  }
}

type EntriesQuery = Required<StatementQuery>;

/** By instant, then by number. */
async function readEntries(tx: ReadTx, { account_id, from, to, after, limit }: EntriesQuery): Promise<EntryRow[]> {
  const same =
    after === null
      ? []
      : await tx.find(tables.entry, {
          where: { account_id, at: after.at, seq: { gt: after.seq } },
          order_by: [["seq", "asc"]],
          limit,
        });
  if (same.length === limit) return same;
  const rest = await tx.find(tables.entry, {
    where: { account_id, at: { gte: after === null ? from : after.at + 1, lt: to } },
    order_by: [
      ["at", "asc"],
      ["seq", "asc"],
    ],
    limit: limit - same.length,
  });
  return [...same, ...rest];
}

/** What an entry adds to its account's balance. */
function signedAmount(kind: AccountKind, { side, amount }: Pick<EntryRow, "side" | "amount">): bigint {
  return side === NORMAL_SIDE[kind] ? amount : -amount;
}
