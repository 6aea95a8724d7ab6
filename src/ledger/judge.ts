/**
 * The laws of one posting, over books in memory: balanced per asset, idempotent by key, no account below zero, ever and without
 * exception. Pure: whoever posts, alone or many at once, reads the books, asks here, and writes what this says.
 *
 * An `intent` (default) may use only what no hold reserves. A `fact` records what a venue has already done: it may use what our
 * own holds reserve, because a reservation of ours does not change what happened, and where it goes beyond what the books
 * know, the rest is booked to suspense for people to explain instead of being refused or hidden.
 */
import { digestOf } from "../digest/index.ts";
import { assert } from "../errors/index.ts";
import type { Ids } from "../ports/index.ts";
import { accountId, emptyAccount } from "./accounts.ts";
import { LedgerError } from "./errors.ts";
import { pendingHold } from "./hold.ts";
import { assertBalanced, inOrder, isDecrease, linesOfFact } from "./lines.ts";
import type { AccountRow, EntryRow, HoldRow, Line, Posted, PostInput, PostingRow } from "./types.ts";

/** Largest balance: what `numeric(78,0)` holds. */
export const POSTED_MAX = 10n ** 78n - 1n;

/** What a posting may look at. An account that is not here is one without entries. Rows are replaced, never changed. */
export interface Books {
  /** By key. */
  readonly postings: Map<string, PostingRow>;
  readonly holds: Map<string, HoldRow>;
  readonly accounts: Map<string, AccountRow>;
}

export interface Judged extends Posted {
  readonly entries: readonly EntryRow[];
}

/** The digest of the body: what the same key must always mean. */
export function postingDigest({ kind, ref, memo, lines }: PostInput): string {
  return digestOf("posting", { kind, ref, memo, lines });
}

/**
 * Books it into `books`, or throws and leaves them as they are.
 * @throws LedgerError ledger_key_reused, ledger_insufficient, ledger_overflow, ledger_hold_unknown, ledger_hold_closed
 */
export function judge(books: Books, ids: Ids, input: PostInput, digest = postingDigest(input)): Judged {
  assertBalanced(input.lines);
  const { key, kind, ref, memo, at } = input;
  const known = books.postings.get(key);
  if (known) {
    if (known.digest === digest) return { posting: known, replayed: true, entries: [] };
    throw new LedgerError("ledger_key_reused", `The posting ${key} is already booked with another content.`, { key });
  }
  const holds = [...new Set(input.releases)].map((id) => pendingHold(books.holds.get(id), id));
  const touched = new Map<string, AccountRow>();
  for (const hold of holds) {
    const account = copyOf(books, touched, hold.account_id);
    assert(account !== undefined && account.held >= hold.amount, `the hold ${hold.id} is in its account`);
    account.held -= hold.amount;
  }
  const basis = input.basis ?? "intent";
  const lines = basis === "fact" ? linesOfFact(input.lines, books.accounts) : input.lines;
  const posting: PostingRow = { id: ids.next("pst"), key, digest, kind, ref, memo, at };
  const entries = inOrder(lines).map((line) => {
    const id = accountId(line.account);
    const account = copyOf(books, touched, id) ?? emptyAccount(line.account);
    touched.set(id, account);
    return applyLine(account, line, posting, basis);
  });
  for (const [id, account] of touched) books.accounts.set(id, account);
  for (const hold of holds) books.holds.set(hold.id, { ...hold, state: "posted" });
  books.postings.set(key, posting);
  return { posting, replayed: false, entries };
}

/** The account as this posting has it so far. */
function copyOf(books: Books, touched: Map<string, AccountRow>, id: string): AccountRow | undefined {
  const mine = touched.get(id);
  if (mine !== undefined) return mine;
  const row = books.accounts.get(id);
  if (row === undefined) return undefined;
  const copy = { ...row };
  touched.set(id, copy);
  return copy;
}

function applyLine(account: AccountRow, line: Line, posting: PostingRow, basis: "intent" | "fact"): EntryRow {
  const { side, amount } = line;
  const decrease = isDecrease(line);
  const floor = basis === "intent" ? account.held : 0n;
  if (decrease && account.posted - amount < floor) throw insufficient(account, amount);
  account.posted += decrease ? -amount : amount;
  if (account.posted > POSTED_MAX) throw overflow(account, amount);
  const seq = account.entry_count;
  account.entry_count += 1;
  const { posted: balance_after, id: account_id } = account;
  return { account_id, seq, posting_id: posting.id, side, amount, balance_after, at: posting.at };
}

function insufficient(account: AccountRow, amount: bigint): LedgerError {
  const { id, posted, held } = account;
  return new LedgerError("ledger_insufficient", `${id} has ${posted} (${held} held), which does not cover ${amount}.`, {
    account: id,
    posted: posted.toString(),
    held: held.toString(),
    amount: amount.toString(),
  });
}

function overflow({ id }: AccountRow, amount: bigint): LedgerError {
  const message = `${id} cannot take ${amount} more: a balance has at most 78 digits.`;
  return new LedgerError("ledger_overflow", message, { account: id, amount: amount.toString() });
}
