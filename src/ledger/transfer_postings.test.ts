import { beforeEach, describe, expect, it } from "vitest";
import { ASSET, type TestBooks, testBooks } from "./fixtures.ts";
import { bookMovement } from "./flows.ts";
import {
  type BookedTransfer,
  bookClosed,
  bookPlanned,
  bookSettled,
  bookSubmitted,
  feePaid,
  type Settlement,
} from "./transfer_postings.ts";

const transfer: BookedTransfer = {
  id: "trf_1",
  asset: ASSET,
  from_wallet: "vault",
  to_wallet: "hot",
  direction: "reserve_to_liquidity",
  amount: 500n,
  fee_max: 10n,
};

describe("the postings of a transfer's life", () => {
  let books: TestBooks;
  const plan = () => books.run((tx) => bookPlanned(tx, transfer, 1));
  const submit = () => books.run((tx) => bookSubmitted(tx, books.ids, transfer, 2));
  const settle = (settlement: Settlement) => books.run((tx) => bookSettled(tx, books.ids, transfer, settlement, 3));
  const close = () => books.run((tx) => bookClosed(tx, books.ids, transfer, 3));
  const balances = async () => ({
    vault: (await books.wallet("vault")).posted,
    transit: await books.balance("transit/vault/USDT"),
    hot: (await books.wallet("hot")).posted,
    fee: await books.balance("fee/vault/USDT"),
  });
  beforeEach(async () => {
    books = testBooks();
    await books.open("vault", 1_000n);
    await books.open("hot", 50n);
  });

  it("holds amount and fee at planning, and refuses a plan the books do not cover", async () => {
    await plan();
    expect(await books.wallet("vault")).toEqual({ posted: 1_000n, held: 510n, available: 490n });
    const second = books.run((tx) => bookPlanned(tx, { ...transfer, id: "trf_2" }, 1));
    await expect(second).rejects.toMatchObject({ code: "ledger_insufficient" });
  });

  it("moves the amount into transit at submitted, and keeps the fee reserved", async () => {
    await plan();
    await submit();
    expect(await balances()).toEqual({ vault: 500n, transit: 500n, hot: 50n, fee: 0n });
    expect(await books.wallet("vault")).toEqual({ posted: 500n, held: 10n, available: 490n });
  });

  it.each<[string, Settlement, Awaited<ReturnType<typeof balances>>]>([
    ["beside it", { received: 500n, fee_beside: 7n }, { vault: 493n, transit: 0n, hot: 550n, fee: 7n }],
    ["out of it", { received: 496n, fee_beside: 0n }, { vault: 500n, transit: 0n, hot: 546n, fee: 4n }],
    ["in both ways", { received: 496n, fee_beside: 7n }, { vault: 493n, transit: 0n, hot: 546n, fee: 11n }],
    ["in another asset", { received: 500n, fee_beside: 0n }, { vault: 500n, transit: 0n, hot: 550n, fee: 0n }],
  ])("settles an amount whose fee was taken %s", async (_name, settlement, expected) => {
    await plan();
    await submit();
    await settle(settlement);
    expect(await balances()).toEqual(expected);
    expect((await books.wallet("vault")).held).toBe(0n);
    expect(await books.faults()).toEqual([]);
    const before = await books.counts();
    await settle(settlement);
    await submit();
    await plan();
    expect(await books.counts()).toEqual(before);
    expect(await balances()).toEqual(expected);
  });

  it("settles straight from held, booking the submit it never saw", async () => {
    await plan();
    await settle({ received: 500n, fee_beside: 0n });
    expect(await balances()).toEqual({ vault: 500n, transit: 0n, hot: 550n, fee: 0n });
    expect(await books.faults()).toEqual([]);
  });

  it.each([
    { received: 501n, fee_beside: 0n },
    { received: -1n, fee_beside: 0n },
    { received: 500n, fee_beside: -1n },
  ])("does not settle what cannot be: %o", async (settlement) => {
    await plan();
    await submit();
    await expect(settle(settlement)).rejects.toMatchObject({ code: "ledger_settlement_impossible" });
    expect(await balances()).toEqual({ vault: 500n, transit: 500n, hot: 50n, fee: 0n });
  });

  it("refuses to settle twice with another outcome", async () => {
    await plan();
    await settle({ received: 500n, fee_beside: 0n });
    await expect(settle({ received: 499n, fee_beside: 0n })).rejects.toMatchObject({ code: "ledger_key_reused" });
    await expect(close()).rejects.toThrow("settled in the books");
  });

  it("gives everything back when it is closed before it was sent, once", async () => {
    await plan();
    await close();
    await close();
    expect(await books.wallet("vault")).toEqual({ posted: 1_000n, held: 0n, available: 1_000n });
    expect(await books.faults()).toEqual([]);
  });

  it("reverses what was booked when it fails after it was sent, once", async () => {
    await plan();
    await submit();
    await close();
    await close();
    expect(await balances()).toEqual({ vault: 1_000n, transit: 0n, hot: 50n, fee: 0n });
    expect(await books.wallet("vault")).toEqual({ posted: 1_000n, held: 0n, available: 1_000n });
    expect(await books.faults()).toEqual([]);
  });

  it("is never refused by customers who were faster: the venue has accepted it, so it is a fact", async () => {
    await plan();
    const spent = { wallet_id: "vault", movement_id: "m1", direction: "out", asset: ASSET, fee: 0n, at: 2 } as const;
    await books.run((tx) => bookMovement(tx, books.ids, { ...spent, amount: 800n, transfer_id: null }));
    await submit();
    expect(await balances()).toMatchObject({ vault: 0n, transit: 500n });
    expect(await books.balance("suspense_surplus/vault/USDT")).toBe(300n);
    await settle({ received: 500n, fee_beside: 3n });
    expect(await balances()).toEqual({ vault: 0n, transit: 0n, hot: 550n, fee: 3n });
    expect(await books.faults()).toEqual([]);
  });

  it("books a fee above its cap: it was paid, and the cap is enforced before sending", async () => {
    await plan();
    await submit();
    await settle({ received: 500n, fee_beside: 25n });
    expect(await balances()).toEqual({ vault: 475n, transit: 0n, hot: 550n, fee: 25n });
    expect(await books.faults()).toEqual([]);
  });
});

describe("feePaid", () => {
  it("is what was taken beside the amount and out of it, and unknown until the outcome is known", () => {
    expect(feePaid({ amount: 500n, amount_received: 496n, fee_actual: 7n })).toBe(11n);
    expect(feePaid({ amount: 500n, amount_received: 500n, fee_actual: null })).toBe(0n);
    expect(feePaid({ amount: 500n, amount_received: null, fee_actual: 7n })).toBeNull();
  });
});
