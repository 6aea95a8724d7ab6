/** Contract: many rows of several tables in one statement. */
import { expect, it } from "vitest";
import type { Store } from "../port.ts";
import { balance, control, event, hold, movement } from "../tables/schema.ts";
import { insertRows, updateRows } from "../writes.ts";
import { balanceRow, controlRow, eventRow, holdRow, movementRow } from "./contract_rows.ts";

const STRANGE = ['"', "\\", "{}", ",", "NULL", "", " ", "a\nb", "é€𝄞", "'; drop table control; --", "$1"];

export function writeManyContract(store: () => Store): void {
  const holds = () => store().read("holds", (tx) => tx.find(hold, { order_by: [["id", "asc"]], limit: 99 }));

  it("writes rows of several tables, also in a transaction of its own", async () => {
    await store().tx("before", (tx) => tx.insert(control, controlRow()));
    const up = (version: number, id: string, more: Partial<ReturnType<typeof holdRow>>) => [
      updateRows(control, [{ key: { name: "mode" }, patch: { version: version + 1 }, guard: { version } }]),
      insertRows(hold, [holdRow({ id, ...more })]),
      insertRows(event, []),
    ];
    expect(await store().tx("write", (tx) => tx.writeMany(up(1, "a", {})))).toBe(true);
    expect(await store().write("write", up(2, "b", { amount: 10n ** 78n - 1n }))).toBe(true);
    expect(await store().write("write", [insertRows(event, [])])).toBe(true);
    expect(await holds()).toEqual([holdRow({ id: "a" }), holdRow({ id: "b", amount: 10n ** 78n - 1n })]);
    expect((await store().read("read", (tx) => tx.get(control, { name: "mode" })))?.version).toBe(3);
  });

  it("keeps every kind of value, nulls and text of any kind included", async () => {
    const movements = STRANGE.map((text, at) =>
      movementRow({ movement_id: `m${at}`, reference: text, counterparty: at % 2 === 0 ? null : text, amount: 3n }),
    );
    const balances = [
      balanceRow({ pending_readable: false, height: null }),
      balanceRow({ wallet_id: "b", height: "7" }),
    ];
    const events = STRANGE.map((text, at) => eventRow({ id: `e${at}`, payload: { [text]: [text, null, 1.5, true] } }));
    await store().tx("write", (tx) => tx.writeMany([insertRows(movement, movements), insertRows(balance, balances)]));
    await store().write("write", [insertRows(event, events), insertRows(control, [controlRow({ value: null })])]);
    const read = <Row>(rows: Row[]) =>
      [...rows].sort((a, b) => (JSON.stringify(a, plain) < JSON.stringify(b, plain) ? -1 : 1));
    const found = await store().read("read", async (tx) => [
      ...read(await tx.find(movement, { limit: 99 })),
      ...read(await tx.find(balance, { limit: 99 })),
      ...read(await tx.find(event, { limit: 99 })),
      ...(await tx.find(control, { limit: 99 })),
    ]);
    expect(found).toEqual([...read(movements), ...read(balances), ...read(events), controlRow({ value: null })]);
  });

  it("changes nothing at all when one guard does not hold or one row is missing, and the transaction goes on", async () => {
    const rows = [holdRow({ id: "a" }), holdRow({ id: "b", state: "voided" }), holdRow({ id: "c" })];
    await store().write("before", [insertRows(hold, rows)]);
    const change = (id: string) => ({
      key: { id },
      patch: { state: "posted" as const, amount: 7n },
      guard: { state: "pending" as const, amount: 1n },
    });
    const writes = (ids: string[]) => [
      updateRows(hold, ids.map(change)),
      insertRows(event, [eventRow({ id: ids.join() })]),
    ];
    for (const ids of [
      ["c", "b", "a"],
      ["a", "missing"],
    ]) {
      expect(await store().write("update", writes(ids))).toBe(false);
      const went_on = await store().tx("update", async (tx) => [await tx.writeMany(writes(ids)), await tx.count(hold)]);
      expect(went_on).toEqual([false, 3]);
    }
    expect(await holds()).toEqual(rows);
    expect(await store().write("update", writes(["c", "a"]))).toBe(true);
    expect((await holds()).map(({ id, state, amount }) => `${id} ${state} ${amount}`)).toEqual([
      "a posted 7",
      "b voided 1",
      "c posted 7",
    ]);
    expect(await store().write("update", writes(["a"]))).toBe(false);
    expect(await store().read("events", (tx) => tx.count(event))).toBe(1);
  });

  it("loses no update between writers that meet", async () => {
    await store().write("before", [
      insertRows(hold, [holdRow({ id: "a", amount: 0n }), holdRow({ id: "b", amount: 0n })]),
    ]);
    const raise = async (order: string[]): Promise<void> => {
      const now = new Map((await holds()).map(({ id, amount }) => [id, amount]));
      const rows = order.map((id) => ({
        key: { id },
        patch: { amount: (now.get(id) ?? 0n) + 1n },
        guard: { amount: now.get(id) ?? 0n },
      }));
      if (!(await store().write("raise", [updateRows(hold, rows)]))) await raise(order);
    };
    await Promise.all(Array.from({ length: 8 }, (_, at) => raise(at % 2 === 0 ? ["a", "b"] : ["b", "a"])));
    expect((await holds()).map(({ amount }) => amount)).toEqual([8n, 8n]);
  });

  it("writes nothing at all when one row's key is taken, in the table or among the rows", async () => {
    const taken = { code: "store_duplicate", kind: "conflict" };
    await store().tx("before", (tx) => tx.insert(event, eventRow({ id: "x", seq: 5 })));
    const write = (rows: ReturnType<typeof eventRow>[]) =>
      store().tx("write", (tx) => tx.writeMany([insertRows(hold, [holdRow()]), insertRows(event, rows)]));
    await expect(write([eventRow({ id: "y" }), eventRow({ id: "x" })])).rejects.toMatchObject(taken);
    const alone = store().write("write", [insertRows(hold, [holdRow()]), insertRows(event, [eventRow({ id: "x" })])]);
    await expect(alone).rejects.toMatchObject(taken);
    await expect(write([eventRow({ id: "y", seq: 5 })])).rejects.toMatchObject(taken);
    await expect(write([eventRow({ id: "y" }), eventRow({ id: "y" })])).rejects.toMatchObject(taken);
    expect(await holds()).toEqual([]);
  });

  it("refuses a table twice, a row twice, and rows of different shape", async () => {
    const write = (...writes: Parameters<Parameters<Parameters<Store["tx"]>[1]>[0]["writeMany"]>[0]) =>
      store().tx("write", (tx) => tx.writeMany(writes));
    const one = { key: { id: "a" }, patch: { state: "posted" as const }, guard: { state: "pending" as const } };
    const other = { key: { id: "b" }, patch: { ref: "r" }, guard: { state: "pending" as const } };
    await expect(write(insertRows(hold, []), updateRows(hold, [one]))).rejects.toThrow("each table once");
    await expect(write(updateRows(hold, [one, one]))).rejects.toThrow("once");
    await expect(write(updateRows(hold, [one, other]))).rejects.toThrow("same columns");
  });
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
