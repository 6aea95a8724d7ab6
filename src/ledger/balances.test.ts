import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReadTx } from "../store/index.ts";
import { customersAccount, walletAccount } from "./accounts.ts";
import { balanceAt, trialBalance, trialBalanceAt, walletBalance } from "./balances.ts";
import { ASSET, testBooks } from "./fixtures.ts";
import { bookMovement } from "./flows.ts";

describe("balances", () => {
  it("are known at every instant, and zero before the first entry", async () => {
    const books = testBooks();
    const deposit = (movement_id: string, amount: bigint, at: number) =>
      books.run((tx) =>
        bookMovement(tx, books.ids, {
          ...{ wallet_id: "hot", movement_id, direction: "in", asset: ASSET, amount, fee: 0n, at, transfer_id: null },
        }),
      );
    await deposit("m1", 10n, 100);
    await deposit("m2", 5n, 200);
    await deposit("m3", 1n, 200);
    const at = (instant: number) => books.run((tx) => balanceAt(tx, walletAccount("hot", ASSET), instant));
    expect([await at(99), await at(100), await at(199), await at(200), await at(999)]).toEqual([
      0n,
      10n,
      10n,
      16n,
      16n,
    ]);
    expect(await books.run((tx) => balanceAt(tx, customersAccount("BTC"), 999))).toBe(0n);
    expect(await books.run((tx) => walletBalance(tx, "unknown", ASSET))).toEqual({
      posted: 0n,
      held: 0n,
      available: 0n,
    });
  });

  it("sum to the same on both sides of each asset, over more accounts than one page", async () => {
    const books = testBooks();
    expect(await books.run(trialBalance)).toEqual([]);
    const wallets = 1_100;
    for (let index = 0; index < wallets; index += 1) await books.open(`w${index}`, BigInt(index + 1));
    const [line, ...rest] = await books.run(trialBalance);
    const total = (BigInt(wallets) * BigInt(wallets + 1)) / 2n;
    expect(rest).toEqual([]);
    expect(line).toMatchObject({ asset: ASSET, debits: total, credits: total, balanced: true });
    expect(line?.accounts).toHaveLength(wallets + 1);
  });

  it("of every earlier instant are equal on both sides too, in whatever order they were booked", async () => {
    const flow = fc.record({
      direction: fc.constantFrom<"in" | "out">("in", "out"),
      amount: fc.bigInt({ min: 1n, max: 1_000n }),
      at: fc.integer({ min: 1, max: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(flow, { maxLength: 12 }), async (flows) => {
        const books = testBooks();
        await books.open("hot", 20_000n);
        for (const [index, { direction, amount, at }] of flows.entries()) {
          const movement = { wallet_id: "hot", movement_id: `m${index}`, asset: ASSET, fee: 0n, transfer_id: null };
          await books.run((tx) => bookMovement(tx, books.ids, { ...movement, direction, amount, at }));
        }
        for (let at = 0; at <= 20; at += 1) {
          const expected = flows
            .filter((one) => one.at <= at)
            .reduce((sum, { direction, amount }) => (direction === "in" ? sum + amount : sum - amount), 20_000n);
          const [line] = await trialBalanceAt(books.store, at);
          expect(line).toMatchObject({ debits: expected, credits: expected, balanced: true });
        }
      }),
      { numRuns: 25 },
    );
  });

  it("regression: of an earlier instant keep no writer waiting for all accounts, and nothing that is booked meanwhile is in them", async () => {
    const books = testBooks();
    const wallets = 250;
    for (let index = 0; index < wallets; index += 1) await books.open(`w${index}`, 10n);
    const flow = (wallet_id: string, movement_id: string, at: number) =>
      books.run((tx) =>
        bookMovement(tx, books.ids, {
          ...{ wallet_id, movement_id, direction: "in", asset: ASSET, amount: 1n, fee: 0n, at, transfer_id: null },
        }),
      );
    // More than are read together: this one is looked at by itself.
    for (let index = 0; index < 2_100; index += 1) await flow("w7", `m${index}`, index % 3 === 0 ? 100 : 300);
    const looks: number[] = [];
    const [line] = await trialBalanceAt(
      {
        read: async (label, work) => {
          let count = 0;
          const counting = (tx: ReadTx): ReadTx => ({
            ...{ get: tx.get.bind(tx), count: tx.count.bind(tx), now: tx.now.bind(tx) },
            find: (table, query) => {
              count += 1;
              return tx.find(table, query);
            },
          });
          const answer = await books.store.read(label, (tx) => work(counting(tx)));
          looks.push(count);
          // A writer in between, with what a venue reports late.
          for (const wallet_id of ["w1", "w7", "w249"]) await flow(wallet_id, `late${looks.length}/${wallet_id}`, 50);
          return answer;
        },
      },
      200,
    );
    const then = BigInt(wallets) * 10n + 700n;
    expect(line).toMatchObject({ debits: then, credits: then, balanced: true });
    expect(line?.accounts.find(({ id }) => id === `wallet/w7/${ASSET}`)?.posted).toBe(710n);
    expect(looks.length).toBeGreaterThan(3);
    expect(Math.max(...looks)).toBeLessThan(wallets);
  });
});
