/**
 * Regression, found by simulation: a venue listed a payment before the deposit it was paid from. The shortfall went to suspense
 * and stayed there after the deposit was listed, so the books stood above the truth for good and a break froze the asset.
 */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { ASSET, type TestBooks, testBooks } from "./fixtures.ts";
import { bookMovement, type Flow, reverseMovement } from "./flows.ts";

const flow = (movement_id: string, direction: "in" | "out", amount: bigint): Flow => ({
  wallet_id: "hot",
  movement_id,
  direction,
  asset: ASSET,
  amount,
  fee: 0n,
  at: 2,
  transfer_id: null,
});

describe("suspense", () => {
  let books: TestBooks;
  const book = (movement: Flow) => books.run((tx) => bookMovement(tx, books.ids, movement));
  const standing = async (): Promise<bigint[]> => [
    (await books.wallet("hot")).posted,
    await books.balance("suspense_surplus/hot/USDT"),
    await books.balance("customers/all/USDT"),
    await books.balance("suspense_shortfall/all/USDT"),
  ];
  beforeEach(async () => {
    books = testBooks();
    await books.open("hot", 100n);
  });

  it("carries what a payment lacks, and pays it back out of the next deposit", async () => {
    await book(flow("m2", "out", 130n));
    expect(await standing()).toEqual([0n, 30n, 0n, 30n]);
    await book(flow("m1", "in", 20n));
    expect(await standing()).toEqual([0n, 10n, 0n, 10n]);
    await book(flow("m3", "in", 25n));
    expect(await standing()).toEqual([15n, 0n, 15n, 0n]);
    expect(await books.faults()).toEqual([]);
  });

  it("takes a payment back that suspense carried", async () => {
    await book(flow("m2", "out", 130n));
    await book(flow("m1", "in", 50n));
    await books.run((tx) => reverseMovement(tx, books.ids, { wallet_id: "hot", movement_id: "m2" }, "ours", 3));
    expect(await standing()).toEqual([150n, 0n, 150n, 0n]);
    expect(await books.faults()).toEqual([]);
  });

  it("stands for a negative balance and nothing else, whatever the order", async () => {
    const movements = fc.array(fc.tuple(fc.boolean(), fc.bigInt({ min: 1n, max: 300n })), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(movements, async (list) => {
        books = testBooks();
        let truth = 0n;
        for (const [index, [inward, amount]] of list.entries()) {
          truth += inward ? amount : -amount;
          await book(flow(`m${index}`, inward ? "in" : "out", amount));
          const [wallet = 0n, surplus = 0n, owed = 0n, shortfall = 0n] = await standing();
          expect([wallet - surplus, owed - shortfall]).toEqual([truth, truth]);
          expect(wallet === 0n || surplus === 0n).toBe(true);
        }
        expect(await books.faults()).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
