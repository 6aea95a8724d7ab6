/** What the books must be after any number of postings, read back from the store. */
import { NORMAL_SIDE, trialBalance } from "../src/ledger/index.ts";
import type { AccountRow, EntryRow } from "../src/ledger/types.ts";
import { type Store, tables } from "../src/store/index.ts";

export interface BooksCheck {
  /** Debits and credits are equal in every asset. */
  readonly zero_sum: boolean;
  /** Every account's entries are numbered without a gap, and each running balance follows from the one before. */
  readonly gapless: boolean;
  readonly postings: number;
  readonly entries: number;
  readonly events: number;
}

const PAGE = 10_000;

export async function checkBooks(store: Store): Promise<BooksCheck> {
  const lines = await store.read("bench.trial", trialBalance);
  let gapless = true;
  for (const account of lines.flatMap(({ accounts }) => accounts)) {
    gapless = gapless && (await isGapless(store, account));
  }
  const [postings, entries, events] = await store.read("bench.count", async (tx) => [
    await tx.count(tables.posting),
    await tx.count(tables.entry),
    await tx.count(tables.event),
  ]);
  return {
    zero_sum: lines.every(({ balanced }) => balanced),
    gapless,
    postings: postings ?? 0,
    entries: entries ?? 0,
    events: events ?? 0,
  };
}

async function isGapless(store: Store, account: AccountRow): Promise<boolean> {
  let [seq, balance] = [0, 0n];
  for (;;) {
    const from = seq;
    const page = await store.read("bench.entries", (tx) =>
      tx.find(tables.entry, {
        where: { account_id: account.id, seq: { gte: from } },
        order_by: [["seq", "asc"]],
        limit: PAGE,
      }),
    );
    for (const entry of page) {
      balance += signed(entry, account);
      if (entry.seq !== seq || entry.balance_after !== balance) return false;
      seq += 1;
    }
    if (page.length < PAGE) return seq === account.entry_count && balance === account.posted;
  }
}

function signed({ side, amount }: EntryRow, { kind }: AccountRow): bigint {
  return side === NORMAL_SIDE[kind] ? amount : -amount;
}
