/** Postings for tests of what a database does to them: a few wallets that pay each other, and the sums that must come out. */
import { bookOpening, credit, debit, type Posted, post, trialBalance, walletAccount } from "../../src/ledger/index.ts";
import { type Store, tables } from "../../src/store/index.ts";
import { createIds } from "../../src/system/index.ts";

const ASSET = "USDT";
const OPENING = 1_000_000n;
const ROWS_MAX = 10_000;
const ids = createIds({ now: () => Date.now() });

export interface Payment {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
}

export async function openWallets(store: Store, wallets: readonly string[]): Promise<void> {
  for (const wallet_id of wallets) {
    const opening = { wallet_id, asset: ASSET, amount: OPENING, owner: "customers", at: 0 } as const;
    await store.tx("test.opening", (tx) => bookOpening(tx, ids, opening));
  }
}

/** Once, whatever happens to the connection: the same key gives the first result. */
export function pay(store: Store, { key, from, to, amount }: Payment): Promise<Posted> {
  const lines = [debit(walletAccount(to, ASSET), amount), credit(walletAccount(from, ASSET), amount)];
  return store.tx("test.pay", (tx) => post(tx, ids, { key, kind: "test", ref: key, memo: "", at: 0, lines }));
}

/** Sentences about every payment that is missing or there twice, and every sum that is wrong; none is the answer hoped for. */
export async function paymentProblems(
  store: Store,
  wallets: readonly string[],
  payments: readonly Payment[],
): Promise<string[]> {
  return store.read("test.payments", async (tx) => {
    const problems: string[] = [];
    const postings = await tx.find(tables.posting, { where: { kind: "test" }, limit: ROWS_MAX });
    const booked = Map.groupBy(postings, ({ key }) => key);
    for (const { key } of payments) if (booked.get(key)?.length !== 1) problems.push(`${key} is not booked once`);
    if (postings.length !== payments.length)
      problems.push(`${postings.length} postings of ${payments.length} payments`);
    for (const line of await trialBalance(tx)) if (!line.balanced) problems.push(`${line.asset} is not balanced`);
    for (const wallet of wallets) {
      const account = await tx.get(tables.account, { id: `wallet/${wallet}/${ASSET}` });
      const expected = payments.reduce((sum, payment) => sum + change(payment, wallet), OPENING);
      if (account?.posted !== expected) problems.push(`${wallet} has ${account?.posted} and not ${expected}`);
      problems.push(...(await entryProblems(tx, `wallet/${wallet}/${ASSET}`, account?.posted)));
    }
    return problems;
  });
}

/** Entries are numbered without a gap, and each carries the balance after it. */
async function entryProblems(
  tx: Parameters<Parameters<Store["read"]>[1]>[0],
  account_id: string,
  posted: bigint | undefined,
): Promise<string[]> {
  const entries = await tx.find(tables.entry, {
    where: { account_id },
    order_by: [["seq", "asc"]],
    limit: ROWS_MAX,
  });
  let balance = 0n;
  for (const [index, entry] of entries.entries()) {
    balance += entry.side === "debit" ? entry.amount : -entry.amount;
    if (entry.seq !== index || entry.balance_after !== balance)
      return [`${account_id} is wrong from entry ${index} on`];
  }
  return balance === posted ? [] : [`${account_id} has entries of ${balance}`];
}

function change({ from, to, amount }: Payment, wallet: string): bigint {
  return (to === wallet ? amount : 0n) - (from === wallet ? amount : 0n);
}
