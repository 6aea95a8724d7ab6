import { describe, expect, it } from "vitest";
import { testBooks } from "../src/ledger/fixtures.ts";
import type { EntryRow } from "../src/ledger/types.ts";
import { tables } from "../src/store/index.ts";
import { benchLedger } from "./ledger.ts";
import { checkBooks } from "./ledger_check.ts";

describe("benchLedger", () => {
  it("posts for every caller on the embedded store and finds the books whole", async () => {
    const options = { accounts: 3, callers: 8, seconds: 1, database_url: null, pgledger_sql: [] };
    const result = await benchLedger(options);
    expect(result).toMatchObject({ engine: "pglite", accounts: 3, callers: 8, pgledger: null, times_pgledger: null });
    expect(result.postings).toBeGreaterThan(0);
    expect(result.batch_largest).toBeLessThanOrEqual(8);
    const { check } = result;
    expect(check).toMatchObject({ zero_sum: true, gapless: true });
    // The openings have no event of their own.
    expect(check.postings).toBe(result.postings + 3);
    expect(check.events).toBe(result.postings);
    expect(check.entries).toBe(2 * check.postings);
  });
});

describe("checkBooks", () => {
  const broken = async (change: Partial<EntryRow>) => {
    const books = testBooks();
    await books.open("hot", 5n);
    await books.open("cold", 7n);
    expect(await checkBooks(books.store)).toMatchObject({ zero_sum: true, gapless: true, postings: 2, entries: 4 });
    const key = { account_id: "customers/all/USDT", seq: 1 };
    await books.run((tx) => tx.update(tables.entry, key, change));
    return checkBooks(books.store);
  };

  it("sees a running balance that does not follow", async () => {
    expect(await broken({ balance_after: 13n })).toMatchObject({ zero_sum: true, gapless: false });
    expect(await broken({ amount: 8n })).toMatchObject({ zero_sum: true, gapless: false });
  });

  it("sees sums that differ, and an entry that is missing", async () => {
    const books = testBooks();
    await books.open("hot", 5n);
    await books.run((tx) => tx.update(tables.account, { id: "wallet/hot/USDT" }, { posted: 6n }));
    expect(await checkBooks(books.store)).toMatchObject({ zero_sum: false, gapless: false });
    await books.run((tx) => tx.update(tables.account, { id: "wallet/hot/USDT" }, { posted: 5n }));
    await books.run((tx) => tx.delete(tables.entry, { account_id: "wallet/hot/USDT", seq: 0 }));
    expect(await checkBooks(books.store)).toMatchObject({ zero_sum: true, gapless: false });
  });
});
