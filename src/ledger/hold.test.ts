import { beforeEach, describe, expect, it } from "vitest";
import { customersAccount, walletAccount } from "./accounts.ts";
import { ASSET, type TestBooks, testBooks } from "./fixtures.ts";
import { type HoldInput, placeHold, voidHold } from "./hold.ts";

const hold = (id: string, amount: bigint, more: Partial<HoldInput> = {}): HoldInput => ({
  id,
  account: walletAccount("hot", ASSET),
  amount,
  ref: "trf_1",
  at: 1,
  ...more,
});

describe("hold", () => {
  let books: TestBooks;
  beforeEach(async () => {
    books = testBooks();
    await books.open("hot", 100n);
  });
  const place = (input: HoldInput) => books.run((tx) => placeHold(tx, input));

  it("keeps the balance and takes it from what is available", async () => {
    expect(await place(hold("h", 60n))).toMatchObject({ id: "h", account_id: "wallet/hot/USDT", state: "pending" });
    expect(await books.wallet("hot")).toEqual({ posted: 100n, held: 60n, available: 40n });
    await expect(place(hold("i", 41n))).rejects.toMatchObject({ code: "ledger_insufficient" });
    await place(hold("i", 40n));
    expect((await books.wallet("hot")).available).toBe(0n);
  });

  it("placed twice is one hold, and with another content refused", async () => {
    await place(hold("h", 60n));
    expect(await place(hold("h", 60n, { at: 9 }))).toMatchObject({ at: 1 });
    expect((await books.wallet("hot")).held).toBe(60n);
    for (const other of [hold("h", 61n), hold("h", 60n, { ref: "trf_2" })]) {
      await expect(place(other)).rejects.toMatchObject({ code: "ledger_key_reused" });
    }
  });

  it("voided twice is given back once", async () => {
    await place(hold("h", 60n));
    await books.run((tx) => voidHold(tx, "h"));
    await books.run((tx) => voidHold(tx, "h"));
    expect(await books.wallet("hot")).toEqual({ posted: 100n, held: 0n, available: 100n });
    expect(await books.faults()).toEqual([]);
  });

  it("refuses what is not there: an unknown hold, an unknown wallet, a debt, nothing", async () => {
    await expect(books.run((tx) => voidHold(tx, "x"))).rejects.toMatchObject({ code: "ledger_hold_unknown" });
    const elsewhere = hold("h", 1n, { account: walletAccount("new", ASSET) });
    await expect(place(elsewhere)).rejects.toMatchObject({ code: "ledger_insufficient" });
    await expect(place(hold("h", 1n, { account: customersAccount(ASSET) }))).rejects.toThrow("only what we have");
    await expect(place(hold("h", 0n))).rejects.toThrow("above zero");
  });
});
