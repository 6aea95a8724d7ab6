import { beforeEach, describe, expect, it } from "vitest";
import { tables } from "../store/index.ts";
import { equityAccount, walletAccount } from "./accounts.ts";
import { ASSET, type TestBooks, testBooks } from "./fixtures.ts";
import { bookMovement, bookOpening, breakKey, type Flow, type Opening, reverseMovement } from "./flows.ts";
import { post } from "./post.ts";

const flow = (movement_id: string, direction: "in" | "out", amount: bigint, fee = 0n): Flow => ({
  wallet_id: "hot",
  movement_id,
  direction,
  asset: ASSET,
  amount,
  fee,
  at: 2,
  transfer_id: null,
});

describe("flows", () => {
  let books: TestBooks;
  const book = (movement: Flow) => books.run((tx) => bookMovement(tx, books.ids, movement));
  const open = (opening: Partial<Opening>) =>
    books.run((tx) =>
      bookOpening(tx, books.ids, {
        wallet_id: "hot",
        asset: ASSET,
        amount: 100n,
        owner: "customers",
        at: 1,
        ...opening,
      }),
    );
  const owed = () => books.balance("customers/all/USDT");
  beforeEach(() => {
    books = testBooks();
  });

  it("opens a wallet once, whatever its balance is later", async () => {
    await open({});
    expect(await open({ amount: 70n })).toMatchObject({ replayed: true });
    expect([(await books.wallet("hot")).posted, await owed()]).toEqual([100n, 100n]);
    await open({ wallet_id: "gas", owner: "equity", amount: 5n });
    expect(await books.balance("equity/treasury/USDT")).toBe(5n);
    expect(await open({ wallet_id: "empty", amount: 0n })).toBeNull();
    expect(await books.faults()).toEqual([]);
  });

  it("books deposits and withdrawals against what customers are owed, once each", async () => {
    await open({});
    await book(flow("m1", "in", 40n));
    await book(flow("m2", "out", 30n, 2n));
    const before = await books.counts();
    expect(await book(flow("m1", "in", 40n))).toMatchObject({ replayed: true });
    expect(await books.counts()).toEqual(before);
    expect([(await books.wallet("hot")).posted, await owed(), await books.balance("fee/hot/USDT")]).toEqual([
      108n,
      110n,
      2n,
    ]);
    expect(await books.faults()).toEqual([]);
  });

  it("refuses a movement the venue changed after it was booked", async () => {
    await open({});
    await book(flow("m1", "in", 40n));
    await expect(book(flow("m1", "in", 41n))).rejects.toMatchObject({ code: "ledger_key_reused" });
  });

  it("shows a withdrawal beyond what is owed as a shortfall, and beyond what the wallet had as a surplus", async () => {
    await open({ owner: "equity" });
    await book(flow("m1", "out", 130n));
    expect([(await books.wallet("hot")).posted, await owed()]).toEqual([0n, 0n]);
    expect(await books.balance("suspense_shortfall/all/USDT")).toBe(130n);
    expect(await books.balance("suspense_surplus/hot/USDT")).toBe(30n);
    expect(await books.faults()).toEqual([]);
  });

  it("takes a movement back that the chain removed, also when it was spent meanwhile", async () => {
    await book(flow("m1", "in", 40n));
    await book(flow("m2", "out", 15n));
    const undo = () => books.run((tx) => reverseMovement(tx, books.ids, flow("m1", "in", 40n), "removed", 3));
    await undo();
    expect(await undo()).toMatchObject({ replayed: true });
    expect([(await books.wallet("hot")).posted, await owed()]).toEqual([0n, 0n]);
    expect(await books.faults()).toEqual([]);
    const unknown = books.run((tx) => reverseMovement(tx, books.ids, flow("m9", "in", 1n), "removed", 3));
    await expect(unknown).rejects.toMatchObject({ code: "ledger_posting_unknown" });
  });

  it("takes back the entry with which people closed its break, where nothing else booked it", async () => {
    await open({});
    const closed = { id: "brk_1", wallet_id: "hot", movement_id: "m7", closed_by: "resolved", closed_at: 3 } as const;
    const row = { asset: ASSET, difference: 40n, opened_at: 2, last_seen_at: 2, cause: "", kind: "movement" } as const;
    await books.run(async (tx) => {
      await tx.insert(tables.breaks, { ...row, ...closed, causes: [], freezes: false, resolution_id: "brs_1" });
      await post(tx, books.ids, {
        ...{ key: breakKey("brk_1"), kind: "break_resolved", ref: "brk_1", memo: "suspense", at: 3, basis: "fact" },
        lines: [
          { account: walletAccount("hot", ASSET), side: "debit", amount: 40n },
          { account: equityAccount(ASSET), side: "credit", amount: 40n },
        ],
      });
    });
    const undo = () => books.run((tx) => reverseMovement(tx, books.ids, flow("m7", "in", 40n), "part of trf_1", 4));
    expect((await undo()).posting.key).toBe("break/brk_1/reversed");
    expect([(await books.wallet("hot")).posted, await books.balance("equity/treasury/USDT")]).toEqual([100n, 0n]);
    // Once: what was taken back stands no more.
    await expect(undo()).rejects.toMatchObject({ code: "ledger_posting_unknown" });
    expect(await books.faults()).toEqual([]);
  });

  it("leaves empty movements and those of transfers alone", async () => {
    expect(await book(flow("m1", "in", 0n))).toBeNull();
    await expect(book({ ...flow("m1", "in", 1n), transfer_id: "trf_1" })).rejects.toThrow("booked by the transfer");
    await expect(book(flow("m1", "in", -1n))).rejects.toThrow("not a sign");
    expect(await books.counts()).toEqual([0, 0, 0]);
  });
});
