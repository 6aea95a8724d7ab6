/** For tests: empty books in memory, opened wallets, and one question that covers every law of the books. */
import type { Ids } from "../ports/index.ts";
import { MemoryStore, type ReadTx, type Tx, tables } from "../store/index.ts";
import { NORMAL_SIDE } from "./accounts.ts";
import { allAccounts, trialBalance, type WalletBalance, walletBalance } from "./balances.ts";
import { bookOpening } from "./flows.ts";
import type { EntryRow } from "./types.ts";

export const ASSET = "USDT";

export interface TestBooks {
  readonly store: MemoryStore;
  readonly ids: Ids;
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  open(wallet_id: string, amount: bigint): Promise<void>;
  wallet(wallet_id: string): Promise<WalletBalance>;
  /** Balance of an account by id; zero when there is none. */
  balance(account_id: string): Promise<bigint>;
  /** Number of postings, entries and holds: what a replay must not change. */
  counts(): Promise<number[]>;
  /** What is wrong with the books; empty when every law holds. */
  faults(): Promise<string[]>;
}

export function testBooks(): TestBooks {
  const store = new MemoryStore({ clock: { now: () => 0 } });
  let count = 0;
  const ids: Ids = {
    next: (prefix) => {
      count += 1;
      return `${prefix}_${count.toString().padStart(8, "0")}`;
    },
  };
  const run = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => store.tx("test", work);
  return {
    store,
    ids,
    run,
    open: async (wallet_id, amount) => {
      await run((tx) => bookOpening(tx, ids, { wallet_id, asset: ASSET, amount, owner: "customers", at: 0 }));
    },
    wallet: (wallet_id) => run((tx) => walletBalance(tx, wallet_id, ASSET)),
    balance: async (id) => (await run((tx) => tx.get(tables.account, { id })))?.posted ?? 0n,
    counts: () =>
      run(async (tx) => [await tx.count(tables.posting), await tx.count(tables.entry), await tx.count(tables.hold)]),
    faults: () => run(findFaults),
  };
}

export async function findFaults(tx: ReadTx): Promise<string[]> {
  const faults: string[] = [];
  for (const { asset, debits, credits, balanced } of await trialBalance(tx)) {
    if (!balanced) faults.push(`${asset}: ${debits} debits, ${credits} credits`);
  }
  for (const account of await allAccounts(tx)) {
    const { id, posted, held, entry_count } = account;
    if (posted < 0n || held < 0n) faults.push(`${id} is below zero`);
    const entries = await tx.find(tables.entry, {
      where: { account_id: id },
      order_by: [["seq", "asc"]],
      limit: 10_000,
    });
    const sum = entries.reduce((total, entry) => total + signed(entry, NORMAL_SIDE[account.kind]), 0n);
    if (sum !== posted || entries.length !== entry_count) faults.push(`${id} is not the sum of its entries`);
    if (entries.some(({ seq, balance_after }, index) => seq !== index || balance_after < 0n))
      faults.push(`${id} has a gap`);
    const holds = await tx.find(tables.hold, { where: { account_id: id, state: "pending" }, limit: 10_000 });
    if (holds.reduce((total, { amount }) => total + amount, 0n) !== held) faults.push(`${id} leaks a hold`);
  }
  return faults;
}

function signed(entry: EntryRow, normal: string): bigint {
  return entry.side === normal ? entry.amount : -entry.amount;
}
