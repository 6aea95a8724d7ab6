import { describe, expect, it } from "vitest";
import { type Store, StoreError, tables } from "../store/index.ts";
import { customersAccount, walletAccount } from "./accounts.ts";
import { ASSET, testBooks } from "./fixtures.ts";
import { credit, debit } from "./lines.ts";
import { createPoster, WAITING_MAX } from "./poster.ts";
import { posterSuite } from "./suite_poster.ts";
import type { PostInput } from "./types.ts";

const deposit = (key: string, amount = 1n): PostInput => ({
  key,
  kind: "deposit",
  ref: "r",
  memo: "",
  at: 1,
  lines: [debit(walletAccount("hot", ASSET), amount), credit(customersAccount(ASSET), amount)],
});

describe("poster in memory", () => {
  const books = testBooks();
  let assets = 0;
  const asset = (): string => {
    assets += 1;
    return `A${assets}`;
  };
  posterSuite(() => ({ store: books.store, other: books.store, ids: books.ids, asset }), 60);
});

const never = <T>(): Promise<T> => new Promise(() => {});

describe("poster", () => {
  it("sends one batch for all who come while another is under way, and answers each after its commit", async () => {
    const books = testBooks();
    const sizes: number[] = [];
    let transactions = 0;
    const store: Pick<Store, "tx" | "write"> = {
      tx: (label, work) => {
        transactions += 1;
        return books.store.tx(label, work);
      },
      write: (label, writes) => {
        transactions += 1;
        return books.store.write(label, writes);
      },
    };
    const poster = createPoster({ store, ids: books.ids, batch_max: 10, onBatch: (size) => sizes.push(size) });
    await Promise.all(Array.from({ length: 25 }, (_, at) => poster.post(deposit(`d${at}`))));
    expect([sizes, transactions]).toEqual([[10, 10, 5], 3]);
    expect(await books.balance("wallet/hot/USDT")).toBe(25n);
    expect(await books.faults()).toEqual([]);
  });

  it("after a commit of unknown outcome gives each caller the result that is in the books", async () => {
    for (const committed of [true, false]) {
      const books = testBooks();
      let failures = 1;
      const store: Pick<Store, "tx" | "write"> = {
        tx: async (label, work) => {
          if (failures === 0) return books.store.tx(label, work);
          failures -= 1;
          if (committed) await books.store.tx(label, work);
          throw new StoreError("store_commit_unknown", "cut");
        },
        write: (label, writes) => books.store.write(label, writes),
      };
      const poster = createPoster({ store, ids: books.ids });
      const [one, other] = await Promise.all([poster.post(deposit("a")), poster.post(deposit("b", 2n))]);
      expect([one?.replayed, other?.replayed]).toEqual([committed, committed]);
      expect(await books.balance("wallet/hot/USDT")).toBe(3n);
      expect(await books.run((tx) => tx.count(tables.posting))).toBe(2);
    }
  });

  it("judges from memory once it knows the accounts, and survives an unknown commit there as well", async () => {
    for (const committed of [true, false]) {
      const books = testBooks();
      const said: string[] = [];
      const store: Pick<Store, "tx" | "write"> = {
        tx: (label, work) => {
          said.push("tx");
          return books.store.tx(label, work);
        },
        write: async (label, writes) => {
          said.push("write");
          if (said.length !== 3 || committed) await books.store.write(label, writes);
          if (said.length === 3) throw new StoreError("store_commit_unknown", "cut");
          return true;
        },
      };
      const poster = createPoster({ store, ids: books.ids });
      for (const key of ["a", "b", "c"]) await poster.post(deposit(key));
      expect(said).toEqual(["tx", "write", "write", "tx"]);
      expect(await books.balance("wallet/hot/USDT")).toBe(3n);
      expect(await books.faults()).toEqual([]);
    }
  });

  it("tells everybody when the store is out, and goes on when it is back", async () => {
    const books = testBooks();
    let out = true;
    const store: Pick<Store, "tx" | "write"> = {
      write: (label, writes) => books.store.write(label, writes),
      tx: (label, work) =>
        out ? Promise.reject(new StoreError("store_unavailable", "gone")) : books.store.tx(label, work),
    };
    const poster = createPoster({ store, ids: books.ids });
    const asked = await Promise.allSettled([poster.post(deposit("a")), poster.post(deposit("b"))]);
    expect(asked.map((answer) => (answer.status === "rejected" ? answer.reason.code : answer.status))).toEqual([
      "store_unavailable",
      "store_unavailable",
    ]);
    out = false;
    await poster.post(deposit("a"));
    expect(await books.balance("wallet/hot/USDT")).toBe(1n);
  });

  it("turns callers away beyond its limit", async () => {
    const books = testBooks();
    const poster = createPoster({ store: { tx: never, write: never }, ids: books.ids, batch_max: 1 });
    // The first is under way and never ends.
    void poster.post(deposit("first"));
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    const inputs = Array.from({ length: WAITING_MAX }, (_, at) => deposit(`d${at}`));
    for (const input of inputs) void poster.post(input);
    await expect(poster.post(deposit("one too many"))).rejects.toMatchObject({
      code: "ledger_busy",
      kind: "unavailable",
    });
  });

  it("refuses an unbalanced posting to its caller alone", async () => {
    const books = testBooks();
    const poster = createPoster({ store: books.store, ids: books.ids });
    const broken = {
      ...deposit("a"),
      lines: [debit(walletAccount("hot", ASSET), 1n), credit(customersAccount(ASSET), 2n)],
    };
    const [bad, good] = await Promise.allSettled([poster.post(broken), poster.post(deposit("b"))]);
    expect([bad?.status, good?.status]).toEqual(["rejected", "fulfilled"]);
  });
});
