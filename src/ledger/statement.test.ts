import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tables } from "../store/index.ts";
import { customersAccount, walletAccount } from "./accounts.ts";
import { balanceAt } from "./balances.ts";
import { ASSET, type TestBooks, testBooks } from "./fixtures.ts";
import { bookMovement } from "./flows.ts";
import { readStatement, type Statement, type StatementPlace, statementLines } from "./statement.ts";

const HOT = "wallet/hot/USDT";

function move(books: TestBooks, movement_id: string, direction: "in" | "out", amount: bigint, at: number) {
  const flow = { wallet_id: "hot", movement_id, direction, asset: ASSET, amount, fee: 0n, at, transfer_id: null };
  return books.run((tx) => bookMovement(tx, books.ids, flow));
}

const statement = (books: TestBooks, from: number, to: number, after: StatementPlace | null = null, limit = 100) =>
  books.run((tx) => readStatement(tx, { account_id: HOT, from, to, after, limit }));

async function readPages(books: TestBooks, from: number, to: number, limit: number): Promise<Statement[]> {
  const pages: Statement[] = [];
  for (let after: StatementPlace | null = null; ; ) {
    const page = await statement(books, from, to, after, limit);
    if (page === undefined) return pages;
    pages.push(page);
    after = page.next;
    if (after === null) return pages;
  }
}

describe("a statement", () => {
  it("goes from the opening to the closing balance, first instant included and last excluded", async () => {
    const books = testBooks();
    await move(books, "m1", "in", 100n, 10);
    await move(books, "m2", "out", 30n, 20);
    await move(books, "m3", "in", 5n, 29);
    await move(books, "m4", "in", 1n, 30);
    const found = await statement(books, 20, 30);
    expect(found).toMatchObject({ opening: 100n, closing: 75n, next: null, from: 20, to: 30 });
    expect(found?.lines.map(({ seq, at, side, balance }) => [seq, at, side, balance])).toEqual([
      [1, 20, "credit", 70n],
      [2, 29, "debit", 75n],
    ]);
    expect(await statement(books, 20, 20)).toMatchObject({ opening: 100n, closing: 100n, lines: [] });
    expect(await statement(books, 0, 5)).toMatchObject({ opening: 0n, closing: 0n, lines: [] });
    expect(await statement(books, 500, 900)).toMatchObject({ opening: 76n, closing: 76n, lines: [] });
  });

  it("knows no account without entries", async () => {
    expect(await statement(testBooks(), 0, 9)).toBeUndefined();
  });

  it("late: what a venue reports afterwards belongs to the time it happened", async () => {
    const books = testBooks();
    await move(books, "m1", "in", 100n, 10);
    await move(books, "m2", "in", 20n, 50);
    await move(books, "late", "in", 7n, 30);
    const at = (instant: number) => books.run((tx) => balanceAt(tx, walletAccount("hot", ASSET), instant));
    expect([await at(9), await at(10), await at(29), await at(30), await at(49), await at(50)]).toEqual([
      0n,
      100n,
      100n,
      107n,
      107n,
      127n,
    ]);
    const found = await statement(books, 20, 60);
    expect(found).toMatchObject({ opening: 100n, closing: 127n });
    expect(found?.lines.map(({ at: when, balance }) => [when, balance])).toEqual([
      [30, 107n],
      [50, 127n],
    ]);
  });

  it("adds up over any history, period and size of page, and its pages join without a seam", async () => {
    const step = fc.record({
      direction: fc.constantFrom("in" as const, "out" as const),
      amount: fc.bigInt({ min: 1n, max: 50n }),
      at: fc.nat(12),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 25 }),
        fc.nat(13),
        fc.nat(13),
        fc.integer({ min: 1, max: 6 }),
        async (steps, one, other, limit) => {
          const books = testBooks();
          for (const [index, { direction, amount, at }] of steps.entries()) {
            await move(books, `m${index}`, direction, amount, at);
          }
          const entries = await books.run((tx) => tx.find(tables.entry, { where: { account_id: HOT }, limit: 999 }));
          if (entries.length === 0) return;
          const [from, to] = [Math.min(one, other), Math.max(one, other)];
          const ordered = entries.sort((a, b) => a.at - b.at || a.seq - b.seq);
          const all = statementLines("wallet", 0n, ordered);
          const until = (instant: number) => all.findLast(({ at }) => at < instant)?.balance ?? 0n;
          const pages = await readPages(books, from, to, limit);
          expect(pages.flatMap(({ lines }) => lines)).toEqual(all.filter(({ at }) => at >= from && at < to));
          for (const page of pages) expect(page).toMatchObject({ opening: until(from), closing: until(to) });
        },
      ),
      { numRuns: 60 },
    );
  });

  it("writes a credit account in its own sense", () => {
    const entry = { account_id: "customers/all/USDT", seq: 0, posting_id: "p", amount: 5n, balance_after: 5n, at: 1 };
    const lines = statementLines(customersAccount(ASSET).kind, 10n, [
      { ...entry, side: "credit" },
      { ...entry, side: "debit" },
    ]);
    expect(lines.map(({ balance }) => balance)).toEqual([15n, 10n]);
  });
});
