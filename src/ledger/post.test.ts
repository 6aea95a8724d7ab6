import { describe, expect, it } from "vitest";
import { AssertionError } from "../errors/index.ts";
import { type Tx, tables } from "../store/index.ts";
import { accountId, customersAccount, equityAccount, feeAccount, walletAccount } from "./accounts.ts";
import { ASSET, testBooks } from "./fixtures.ts";
import { placeHold } from "./hold.ts";
import { credit, debit, LINES_MAX } from "./lines.ts";
import { post, postHold } from "./post.ts";
import type { Line, PostInput } from "./types.ts";

const hot = walletAccount("hot", ASSET);
const vault = walletAccount("vault", ASSET);
const customers = customersAccount(ASSET);
const move = (amount: bigint): Line[] => [debit(vault, amount), credit(hot, amount)];
const input = (key: string, lines: Line[], more: Partial<PostInput> = {}): PostInput => ({
  key,
  kind: "test",
  ref: "ref",
  memo: "memo",
  at: 5,
  lines,
  ...more,
});

/** The account a written row is about; nothing for a posting. */
function placeOf(row: object): string {
  if ("key" in row && typeof row.key === "object") return Object.values(row.key as object).join();
  if ("account_id" in row) return String(row.account_id);
  return "side" in row && "id" in row ? String(row.id) : "";
}

describe("post", () => {
  it("writes the posting and its entries with running balances, and makes accounts on first use", async () => {
    const books = testBooks();
    await books.open("hot", 100n);
    const { posting, replayed } = await books.run((tx) => post(tx, books.ids, input("a", move(30n))));
    expect(replayed).toBe(false);
    expect(posting).toMatchObject({ key: "a", kind: "test", ref: "ref", memo: "memo", at: 5 });
    const entries = await books.run((tx) =>
      tx.find(tables.entry, { where: { posting_id: posting.id }, order_by: [["account_id", "asc"]], limit: 9 }),
    );
    expect(entries).toEqual([
      {
        account_id: "wallet/hot/USDT",
        seq: 1,
        posting_id: posting.id,
        side: "credit",
        amount: 30n,
        balance_after: 70n,
        at: 5,
      },
      {
        account_id: "wallet/vault/USDT",
        seq: 0,
        posting_id: posting.id,
        side: "debit",
        amount: 30n,
        balance_after: 30n,
        at: 5,
      },
    ]);
    expect(await books.faults()).toEqual([]);
  });

  it("circle: writes accounts in key order and before the entries, whichever way the money goes", async () => {
    const books = testBooks();
    await books.open("hot", 100n);
    const written: string[] = [];
    const writes = (tx: Tx): Tx => ({
      get: tx.get.bind(tx),
      find: tx.find.bind(tx),
      count: tx.count.bind(tx),
      now: tx.now.bind(tx),
      update: tx.update.bind(tx),
      delete: tx.delete.bind(tx),
      insertIfAbsent: tx.insertIfAbsent.bind(tx),
      insert: (table, row) => {
        written.push(table.name);
        return tx.insert(table, row);
      },
      upsert: tx.upsert.bind(tx),
      writeMany: (writes) => {
        for (const { table, rows } of writes) {
          written.push(...rows.map((row) => `${table.name} ${placeOf(row)}`.trim()));
        }
        return tx.writeMany(writes);
      },
    });
    await books.run((tx) => post(writes(tx), books.ids, input("there", move(30n))));
    await books.run((tx) => post(writes(tx), books.ids, input("back", [debit(hot, 30n), credit(vault, 30n)])));
    const [made, hot_first] = ["account wallet/vault/USDT", "account wallet/hot/USDT"];
    const entries = (...ids: string[]) => ids.map((id) => `entry wallet/${id}/USDT`);
    expect(written).toEqual([
      ...[made, hot_first, "posting", ...entries("vault", "hot")],
      ...[hot_first, made, "posting", ...entries("hot", "vault")],
    ]);
  });

  it("gives the first result for the same key and body, at whatever time", async () => {
    const books = testBooks();
    await books.open("hot", 100n);
    const first = await books.run((tx) => post(tx, books.ids, input("a", move(30n))));
    const before = await books.counts();
    const again = await books.run((tx) => post(tx, books.ids, input("a", move(30n), { at: 99 })));
    expect(again).toEqual({ posting: first.posting, replayed: true });
    expect(await books.counts()).toEqual(before);
    expect((await books.wallet("hot")).posted).toBe(70n);
  });

  it.each<[string, Partial<PostInput>]>([
    ["amount", { lines: move(31n) }],
    ["kind", { kind: "other" }],
    ["ref", { ref: "other" }],
    ["memo", { memo: "other" }],
    ["account", { lines: [debit(vault, 30n), credit(customers, 30n)] }],
  ])("refuses the same key with another %s", async (_name, change) => {
    const books = testBooks();
    await books.open("hot", 100n);
    await books.run((tx) => post(tx, books.ids, input("a", move(30n))));
    const other = books.run((tx) => post(tx, books.ids, { ...input("a", move(30n)), ...change }));
    await expect(other).rejects.toMatchObject({ code: "ledger_key_reused", kind: "conflict" });
  });

  it("never takes an account below zero, and leaves nothing of the attempt", async () => {
    const books = testBooks();
    await books.open("hot", 100n);
    const before = await books.counts();
    const failing = books.run(async (tx) => {
      await expect(post(tx, books.ids, input("a", move(101n)))).rejects.toMatchObject({ code: "ledger_insufficient" });
    });
    await failing;
    expect(await books.counts()).toEqual(before);
    expect(await books.faults()).toEqual([]);
    await books.run((tx) => post(tx, books.ids, input("a", move(100n))));
    expect((await books.wallet("hot")).posted).toBe(0n);
  });

  it("judges an account by the outcome of the posting, not by the order of its lines", async () => {
    const books = testBooks();
    const lines = [credit(hot, 40n), debit(vault, 40n), debit(hot, 50n), credit(equityAccount(ASSET), 50n)];
    await books.run((tx) => post(tx, books.ids, input("a", lines)));
    expect((await books.wallet("hot")).posted).toBe(10n);
    expect(await books.faults()).toEqual([]);
  });

  it.each<[string, Line[]]>([
    ["unbalanced", [debit(vault, 2n), credit(hot, 1n)]],
    ["balanced only across assets", [debit(vault, 1n), credit(walletAccount("hot", "BTC"), 1n)]],
    ["zero", [debit(vault, 0n), credit(hot, 0n)]],
    ["negative", [debit(vault, -1n), credit(hot, -1n)]],
    ["one-sided", [debit(vault, 1n)]],
    ["too long", Array.from({ length: LINES_MAX + 1 }, () => debit(vault, 1n))],
  ])("crashes on a posting that is %s", async (_name, lines) => {
    const books = testBooks();
    await expect(books.run((tx) => post(tx, books.ids, input("a", lines)))).rejects.toBeInstanceOf(AssertionError);
  });

  it("lets no intent touch what is held, and releases a hold with the posting that uses it", async () => {
    const books = testBooks();
    await books.open("hot", 100n);
    await books.run((tx) => placeHold(tx, { id: "h", account: hot, amount: 80n, ref: "r", at: 1 }));
    const greedy = books.run((tx) => post(tx, books.ids, input("a", move(21n))));
    await expect(greedy).rejects.toMatchObject({ code: "ledger_insufficient", facts: { held: "80" } });
    await books.run((tx) => postHold(tx, books.ids, "h", input("b", move(80n))));
    expect(await books.wallet("hot")).toEqual({ posted: 20n, held: 0n, available: 20n });
    const again = books.run((tx) => postHold(tx, books.ids, "h", input("c", move(1n))));
    await expect(again).rejects.toMatchObject({ code: "ledger_hold_closed" });
    expect(await books.faults()).toEqual([]);
  });
});

describe("a fact", () => {
  it("is booked over our own holds: a reservation does not change what happened", async () => {
    const books = testBooks();
    await books.open("hot", 100n);
    await books.run((tx) => placeHold(tx, { id: "h", account: hot, amount: 90n, ref: "r", at: 1 }));
    const lines = [debit(customers, 50n), credit(hot, 50n)];
    await books.run((tx) => post(tx, books.ids, input("w", lines, { basis: "fact" })));
    expect(await books.wallet("hot")).toEqual({ posted: 50n, held: 90n, available: 0n });
    expect(await books.faults()).toEqual([]);
  });

  it("beyond what the books know goes to suspense on either side, and its replay is still the first result", async () => {
    const books = testBooks();
    await books.open("hot", 100n);
    const fee = feeAccount("hot", ASSET);
    const lines = [debit(customers, 150n), debit(fee, 5n), credit(hot, 155n)];
    const fact = input("w", lines, { basis: "fact" });
    await books.run((tx) => post(tx, books.ids, fact));
    expect(await books.balance(accountId(hot))).toBe(0n);
    expect(await books.balance(accountId(customers))).toBe(0n);
    expect(await books.balance("suspense_surplus/hot/USDT")).toBe(55n);
    expect(await books.balance("suspense_shortfall/all/USDT")).toBe(50n);
    expect(await books.balance(accountId(fee))).toBe(5n);
    expect(await books.faults()).toEqual([]);
    await books.open("late", 500n);
    expect(await books.run((tx) => post(tx, books.ids, fact))).toMatchObject({ replayed: true });
  });
});

describe("accountId", () => {
  it("names kind, owner and asset, and refuses parts that would make two accounts one", () => {
    expect(accountId(hot)).toBe("wallet/hot/USDT");
    expect(() => accountId(walletAccount("a/b", ASSET))).toThrow("account part");
    expect(() => accountId(walletAccount("", ASSET))).toThrow("account part");
    expect(() => accountId(walletAccount("x".repeat(300), ASSET))).toThrow("too long");
  });
});
