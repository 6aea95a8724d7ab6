/** Contract: every condition, order, limit and count. */
import { expect, it } from "vitest";
import type { HoldRow } from "../../ledger/types.ts";
import type { Store, Where } from "../port.ts";
import { balance, event, hold, movement } from "../tables/schema.ts";
import { AMOUNT_MAX, balanceRow, eventRow, holdRow, movementRow } from "./contract_rows.ts";

export function queryContract(store: () => Store): void {
  const ids = async (where: Where<HoldRow>): Promise<string> => {
    const query = { where, order_by: [["id", "asc"]], limit: 100 } as const;
    const rows = await store().read("find", (tx) => tx.find(hold, query));
    expect(await store().read("count", (tx) => tx.count(hold, where))).toBe(rows.length);
    return rows.map((row) => row.id).join("");
  };

  it("answers every condition on text, amounts and times", async () => {
    await store().tx("write", async (tx) => {
      await tx.insert(hold, holdRow({ id: "a", amount: -5n, state: "pending", at: 10 }));
      await tx.insert(hold, holdRow({ id: "b", amount: 9n, state: "posted", at: 20 }));
      await tx.insert(hold, holdRow({ id: "c", amount: 10n, state: "posted", at: 30 }));
      await tx.insert(hold, holdRow({ id: "d", amount: AMOUNT_MAX, state: "voided", at: 40 }));
    });
    expect(await ids({})).toBe("abcd");
    expect(await ids({ state: "posted" })).toBe("bc");
    expect(await ids({ state: "posted", at: { gt: 20 } })).toBe("c");
    expect(await ids({ state: { in: ["pending", "voided"] } })).toBe("ad");
    expect(await ids({ state: { in: [] } })).toBe("");
    expect(await ids({ state: { in: ["posted", "posted"] } })).toBe("bc");
    expect(await ids({ state: { not: "posted" } })).toBe("ad");
    expect(await ids({ amount: { lt: 10n } })).toBe("ab");
    expect(await ids({ amount: { lte: 10n } })).toBe("abc");
    expect(await ids({ amount: { gt: 9n } })).toBe("cd");
    expect(await ids({ amount: { gte: AMOUNT_MAX } })).toBe("d");
    expect(await ids({ amount: { gte: -5n, lt: 10n } as { gte: bigint } })).toBe("ab");
    expect(await ids({ at: { gte: 20, lt: 40 } as { gte: number } })).toBe("bc");
    expect(await ids({ id: { gt: "a" }, account_id: "wallet/hot/USDT", state: { in: ["pending", "posted"] } })).toBe(
      "bc",
    );
    expect(await ids({ account_id: "another" })).toBe("");
  });

  it("treats null as no value: found by null, by a list with null, by not; by no comparison", async () => {
    await store().tx("write", async (tx) => {
      await tx.insert(event, eventRow({ id: "a", seq: null }));
      await tx.insert(event, eventRow({ id: "b", seq: 1 }));
      await tx.insert(event, eventRow({ id: "c", seq: 2 }));
    });
    const found = async (where: Where<ReturnType<typeof eventRow>>) => {
      const query = { where, order_by: [["id", "asc"]], limit: 9 } as const;
      return (await store().read("find", (tx) => tx.find(event, query))).map((row) => row.id).join("");
    };
    expect(await found({ seq: null })).toBe("a");
    expect(await found({ seq: { not: null } })).toBe("bc");
    expect(await found({ seq: { in: [null, 2] } })).toBe("ac");
    expect(await found({ seq: { not: 1 } })).toBe("ac");
    expect(await found({ seq: { lt: 100 } })).toBe("bc");
    expect(await found({ seq: { gte: 2 } })).toBe("c");
  });

  it("compares truth values", async () => {
    await store().tx("write", async (tx) => {
      await tx.insert(balance, balanceRow({ wallet_id: "a", pending_readable: true }));
      await tx.insert(balance, balanceRow({ wallet_id: "b", pending_readable: false }));
    });
    const query = { order_by: [["pending_readable", "asc"]], limit: 9 } as const;
    const rows = await store().read("find", (tx) => tx.find(balance, query));
    expect(rows.map((row) => row.wallet_id)).toEqual(["b", "a"]);
    expect(await store().read("count", (tx) => tx.count(balance, { pending_readable: true }))).toBe(1);
  });

  it("orders by several columns, nulls last both ways, and keeps to the limit", async () => {
    await store().tx("write", async (tx) => {
      for (const [id, at, seq] of [
        ["a", 1, null],
        ["b", 2, 10],
        ["c", 1, 9],
        ["d", 2, null],
      ] as const)
        await tx.insert(event, eventRow({ id, at, seq }));
    });
    const order = async (column: "seq" | "at", direction: "asc" | "desc", limit = 9) => {
      const order_by = [[column, direction] as const, ["id", "asc"] as const];
      return (await store().read("find", (tx) => tx.find(event, { order_by, limit }))).map((row) => row.id).join("");
    };
    expect(await order("seq", "asc")).toBe("cbad");
    expect(await order("seq", "desc")).toBe("bcad");
    expect(await order("at", "desc")).toBe("bdac");
    expect(await order("at", "asc", 3)).toBe("acb");
  });

  it("orders text by code point, on every machine", async () => {
    const sorted = ["", " ", "A", "B", "Z", "_", "a", "aa", "b", "e\u0301", "z", "é", "\uffff", "😀"];
    await store().tx("write", async (tx) => {
      for (const id of sorted.toReversed()) await tx.insert(hold, holdRow({ id: `k${id}` }));
    });
    const query = { order_by: [["id", "asc"]], limit: 99 } as const;
    const rows = await store().read("find", (tx) => tx.find(hold, query));
    expect(rows.map((row) => row.id)).toEqual(sorted.map((id) => `k${id}`));
    const above = await store().read("count", (tx) => tx.count(hold, { id: { gt: "k\uffff" } }));
    expect(above).toBe(1);
  });

  it("finds by the first columns of a key of several", async () => {
    await store().tx("write", async (tx) => {
      await tx.insert(movement, movementRow({ wallet_id: "one", movement_id: "1" }));
      await tx.insert(movement, movementRow({ wallet_id: "one", movement_id: "2", at: 5 }));
      await tx.insert(movement, movementRow({ wallet_id: "two", movement_id: "1", at: 5 }));
    });
    const count = (where: Where<ReturnType<typeof movementRow>>) =>
      store().read("count", (tx) => tx.count(movement, where));
    expect(await count({ wallet_id: "one" })).toBe(2);
    expect(await count({ wallet_id: "one", at: 5 })).toBe(1);
    expect(await count({ wallet_id: { in: ["one", "two"] }, at: 5 })).toBe(2);
    expect(await count({ transfer_id: null })).toBe(3);
  });

  it("refuses a query without a limit, or with a condition that says nothing", async () => {
    const wrong = [
      { limit: 0 },
      { limit: 10_001 },
      { limit: Number.NaN },
      { where: { state: undefined }, limit: 1 },
      { where: { state: {} }, limit: 1 },
      { where: { nothing: 1 }, limit: 1 },
      { where: { amount: 1 }, limit: 1 },
      { where: { amount: { lt: null } }, limit: 1 },
    ] as unknown as { limit: number }[];
    for (const query of wrong) {
      const find = store().read("find", (tx) => tx.find(hold, query));
      await expect(find).rejects.toMatchObject({ name: "AssertionError" });
    }
    const nul = store().read("find", (tx) => tx.find(hold, { where: { ref: "\u0000" }, limit: 1 }));
    await expect(nul).rejects.toMatchObject({ code: "store_invalid_value" });
  });
}
