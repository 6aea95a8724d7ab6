/**
 * One posting: balanced per asset, idempotent by key, and no account below zero, ever and without exception.
 *
 * An `intent` (default) may use only what no hold reserves. A `fact` records what a venue has already done: it may use what our
 * own holds reserve, because a reservation of ours does not change what happened, and where it goes beyond what the books
 * know, the rest is booked to suspense for people to explain instead of being refused or hidden.
 */
import { digestOf } from "../digest/index.ts";
import { assert } from "../errors/index.ts";
import type { Ids, Instant } from "../ports/index.ts";
import { type Tx, tables } from "../store/index.ts";
import { accountId, emptyAccount } from "./accounts.ts";
import { LedgerError } from "./errors.ts";
import { readPendingHold } from "./hold.ts";
import { assertBalanced, inOrder, isDecrease, linesOfFact, suspenseAccount } from "./lines.ts";
import type { AccountRef, AccountRow, EntryRow, HoldRow, Line, PostingRow } from "./types.ts";

export interface PostInput {
  /** Idempotency key: `transfer/<id>/settled`, `movement/<wallet>/<id>`. */
  readonly key: string;
  readonly kind: string;
  /** What it is about: a transfer, a movement, a wallet. */
  readonly ref: string;
  readonly memo: string;
  /** Not part of the body: a replay may come at another time. */
  readonly at: Instant;
  readonly lines: readonly Line[];
  readonly basis?: "intent" | "fact";
  /** Holds that end with this posting. */
  readonly releases?: readonly string[];
}

export interface Posted {
  readonly posting: PostingRow;
  /** True when the key was known and nothing was written. */
  readonly replayed: boolean;
}

/**
 * Writes a posting with its entries, creating accounts on first use; the same key with the same body gives the first result.
 * Everything is checked before the first write.
 * @throws LedgerError ledger_key_reused, ledger_insufficient, ledger_hold_unknown, ledger_hold_closed
 * @example
 * await post(tx, ids, { key: "opening/hot-usdt/USDT", kind: "opening", ref: "hot-usdt", memo: "First balance", at,
 *   lines: [debit(walletAccount("hot-usdt", "USDT"), 5n), credit(equityAccount("USDT"), 5n)] });
 */
export async function post(tx: Tx, ids: Ids, input: PostInput): Promise<Posted> {
  assertBalanced(input.lines);
  const { key, kind, ref, memo, at } = input;
  const digest = digestOf("posting", { kind, ref, memo, lines: input.lines });
  const known = await findPosting(tx, key);
  if (known) {
    if (known.digest === digest) return { posting: known, replayed: true };
    throw new LedgerError("ledger_key_reused", `The posting ${key} is already booked with another content.`, { key });
  }
  const holds: HoldRow[] = [];
  for (const id of new Set(input.releases)) holds.push(await readPendingHold(tx, id));
  const accounts = await loadAccounts(
    tx,
    input.lines.map((line) => line.account),
    holds,
  );
  for (const hold of holds) accountAt(accounts, hold.account_id).held -= hold.amount;
  let lines = input.lines;
  if (input.basis === "fact") {
    const carried = lines.flatMap((line) => suspenseAccount(line.account) ?? []);
    await addAccounts(tx, accounts, carried);
    lines = linesOfFact(lines, accounts);
    await addAccounts(
      tx,
      accounts,
      lines.map((line) => line.account),
    );
  }
  const posting: PostingRow = { id: ids.next("pst"), key, digest, kind, ref, memo, at };
  const entries = applyLines(accounts, lines, posting, input.basis ?? "intent");
  await tx.insert(tables.posting, posting);
  for (const { id } of holds) await tx.update(tables.hold, { id }, { state: "posted" });
  await writeAccounts(tx, accounts);
  for (const entry of entries) await tx.insert(tables.entry, entry);
  return { posting, replayed: false };
}

/** Posts what was held: the hold ends and the posting is written together, or neither. @throws LedgerError as `post` */
export async function postHold(tx: Tx, ids: Ids, hold_id: string, input: PostInput): Promise<Posted> {
  return post(tx, ids, { ...input, releases: [...(input.releases ?? []), hold_id] });
}

/** The posting booked under this key. */
export async function findPosting(tx: Pick<Tx, "find">, key: string): Promise<PostingRow | undefined> {
  const [found] = await tx.find(tables.posting, { where: { key }, limit: 1 });
  return found;
}

/**
 * Before their entries and in key order, so that two postings over the same accounts wait for each other once and never in a
 * circle: entries are unique by number and would make one wait as well.
 */
async function writeAccounts(tx: Tx, accounts: ReadonlyMap<string, AccountRow>): Promise<void> {
  for (const [, account] of inKeyOrder(accounts)) if (isUsed(account)) await tx.upsert(tables.account, account);
}

function inKeyOrder<Value>(by_id: ReadonlyMap<string, Value>): [string, Value][] {
  return [...by_id].sort(([a], [b]) => (a < b ? -1 : 1));
}

async function loadAccounts(
  tx: Tx,
  needed: readonly AccountRef[],
  holds: readonly HoldRow[],
): Promise<Map<string, AccountRow>> {
  const refs = new Map<string, AccountRef | null>(holds.map((hold) => [hold.account_id, null]));
  for (const account of needed) refs.set(accountId(account), account);
  const accounts = new Map<string, AccountRow>();
  for (const [id, ref] of inKeyOrder(refs)) {
    const row = (await tx.get(tables.account, { id })) ?? (ref === null ? undefined : emptyAccount(ref));
    assert(row !== undefined, `a hold has its account: ${id}`);
    accounts.set(id, { ...row });
  }
  return accounts;
}

/** Loads what is missing of them, and leaves alone what is loaded. */
async function addAccounts(tx: Tx, accounts: Map<string, AccountRow>, needed: readonly AccountRef[]): Promise<void> {
  const missing = needed.filter((account) => !accounts.has(accountId(account)));
  for (const [id, row] of await loadAccounts(tx, missing, [])) accounts.set(id, row);
}

/** An account that was only looked at is not created. */
function isUsed(account: AccountRow): boolean {
  return account.entry_count > 0 || account.held > 0n;
}

function applyLines(
  accounts: ReadonlyMap<string, AccountRow>,
  lines: readonly Line[],
  posting: PostingRow,
  basis: "intent" | "fact",
): EntryRow[] {
  return inOrder(lines).map((line) => {
    const account = accountAt(accounts, accountId(line.account));
    const floor = basis === "intent" ? account.held : 0n;
    if (isDecrease(line) && account.posted - line.amount < floor) throw insufficient(account, line.amount);
    account.posted += isDecrease(line) ? -line.amount : line.amount;
    const seq = account.entry_count;
    account.entry_count += 1;
    const { side, amount } = line;
    return {
      account_id: account.id,
      seq,
      posting_id: posting.id,
      side,
      amount,
      balance_after: account.posted,
      at: posting.at,
    };
  });
}

function accountAt(accounts: ReadonlyMap<string, AccountRow>, id: string): AccountRow {
  const account = accounts.get(id);
  assert(account !== undefined, `the account ${id} is loaded`);
  return account;
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
