/** Reading the books: balances now and at an instant, and the trial balance. */
import { assert } from "../errors/index.ts";
import type { AssetId } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import { type ReadTx, type Store, tables } from "../store/index.ts";
import { accountId, availableOf, NORMAL_SIDE, walletAccount } from "./accounts.ts";
import { balancesUntil, balanceUntil } from "./statement.ts";
import type { AccountRef, AccountRow } from "./types.ts";

/** Accounts read at a time. */
const PAGE = 1_000;
/** Most accounts a trial balance reads. */
export const ACCOUNTS_MAX = 1_000_000;
/** Accounts whose earlier balances are read at a time: whoever writes waits for so many and no more. */
const STEP = 100;

export interface WalletBalance {
  readonly posted: bigint;
  readonly held: bigint;
  /** What a plan may use. */
  readonly available: bigint;
}

/** Zero for a wallet the books do not know. */
export async function walletBalance(tx: ReadTx, wallet_id: string, asset: AssetId): Promise<WalletBalance> {
  const row = await tx.get(tables.account, { id: accountId(walletAccount(wallet_id, asset)) });
  if (row === undefined) return { posted: 0n, held: 0n, available: 0n };
  return { posted: row.posted, held: row.held, available: availableOf(row) };
}

/** The account's balance of everything up to and with `at`, in whatever order it was booked; zero before the first. */
export async function balanceAt(tx: ReadTx, account: AccountRef, at: Instant): Promise<bigint> {
  const row = await tx.get(tables.account, { id: accountId(account) });
  return row === undefined ? 0n : balanceUntil(tx, row, at);
}

/** One asset of the trial balance. */
export interface TrialLine {
  readonly asset: AssetId;
  /** Sum of the balances of debit accounts, and of credit accounts. */
  readonly debits: bigint;
  readonly credits: bigint;
  readonly balanced: boolean;
  readonly accounts: readonly AccountRow[];
}

/** Every account, by asset, with the sums of both sides, which are equal or the books are broken. */
export async function trialBalance(tx: ReadTx): Promise<TrialLine[]> {
  return trialOf(await allAccounts(tx));
}

/**
 * As `trialBalance`, with the balances of the instant `at`, and nothing held. It is read in steps, so that it keeps nobody waiting for
 * long; what is booked meanwhile is not in it.
 */
export async function trialBalanceAt(store: Pick<Store, "read">, at: Instant): Promise<TrialLine[]> {
  const accounts = await store.read("ledger.trial_accounts", allAccounts);
  const then: AccountRow[] = [];
  for (let from = 0; from < accounts.length; from += STEP) {
    const step = accounts.slice(from, from + STEP);
    const balances = await store.read("ledger.trial_step", (tx) => balancesUntil(tx, step, at));
    then.push(...step.map((account) => ({ ...account, posted: balances.get(account.id) ?? 0n, held: 0n })));
  }
  return trialOf(then);
}

function trialOf(rows: readonly AccountRow[]): TrialLine[] {
  const by_asset = new Map<AssetId, AccountRow[]>();
  for (const account of rows) {
    by_asset.set(account.asset, [...(by_asset.get(account.asset) ?? []), account]);
  }
  return [...by_asset].map(([asset, accounts]) => {
    const sum = (side: "debit" | "credit") =>
      accounts.filter(({ kind }) => NORMAL_SIDE[kind] === side).reduce((total, { posted }) => total + posted, 0n);
    const [debits, credits] = [sum("debit"), sum("credit")];
    return { asset, debits, credits, balanced: debits === credits, accounts };
  });
}

/** In order of their ids. */
export async function allAccounts(tx: ReadTx): Promise<AccountRow[]> {
  const accounts: AccountRow[] = [];
  for (let after = ""; ; ) {
    const page = await tx.find(tables.account, {
      where: { id: { gt: after } },
      order_by: [["id", "asc"]],
      limit: PAGE,
    });
    accounts.push(...page);
    assert(accounts.length <= ACCOUNTS_MAX, "more accounts than a trial balance reads");
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return accounts;
    after = last.id;
  }
}
