/** Contract: many rows of several tables in one statement. */
import { expect, it } from "vitest";
import { balanceRow, controlRow, eventRow, holdRow, movementRow } from "./contract_rows.ts";
import type { Store } from "./port.ts";
import { balance, control, event, hold, movement } from "./schema.ts";
import { insertRows, updateRows } from "./writes.ts";

const STRANGE = ['"', "\\", "{}", ",", "NULL", "", " ", "a\nb", "é€𝄞", "'; drop table control; --", "$1"];

export function writeManyContract(store: () => Store): void {
  const holds = () => store().read("holds", (tx) => tx.find(hold, { order_by: [["id", "asc"]], limit: 99 }));

  it("writes rows of several tables and says how many of each", async () => {
    await store().tx("before", (tx) => tx.insert(control, controlRow()));
    const counts = await store().tx("write", (tx) =>
      tx.writeMany([
        updateRows(control, [{ key: { name: "mode" }, patch: { version: 2 }, guard: { version: 1 } }]),
        insertRows(hold, [holdRow({ id: "a" }), holdRow({ id: "b", amount: 10n ** 78n - 1n })]),
        insertRows(event, []),
      ]),
    );
    expect(counts).toEqual([1, 2, 0]);
    expect(await holds()).toEqual([holdRow({ id: "a" }), holdRow({ id: "b", amount: 10n ** 78n - 1n })]);
    expect((await store().read("read", (tx) => tx.get(control, { name: "mode" })))?.version).toBe(2);
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
    await store().tx("write", (tx) =>
      tx.writeMany([
        insertRows(movement, movements),
        insertRows(balance, balances),
        insertRows(event, events),
        insertRows(control, [controlRow({ value: null })]),
      ]),
    );
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

  it("changes only rows whose guards hold, and leaves the rest to the caller", async () => {
    await store().tx("before", (tx) =>
      tx.writeMany([
        insertRows(hold, [holdRow({ id: "a" }), holdRow({ id: "b", state: "voided" }), holdRow({ id: "c" })]),
      ]),
    );
    const change = (id: string) => ({
      key: { id },
      patch: { state: "posted" as const },
      guard: { state: "pending" as const },
    });
    const update = (ids: string[]) => store().tx("update", (tx) => tx.writeMany([updateRows(hold, ids.map(change))]));
    expect(await update(["c", "b", "a", "missing"])).toEqual([2]);
    expect((await holds()).map(({ id, state }) => `${id} ${state}`)).toEqual(["a posted", "b voided", "c posted"]);
    expect(await update(["a"])).toEqual([0]);
  });

  it("writes nothing at all when one row's key is taken, in the table or among the rows", async () => {
    const taken = { code: "store_duplicate", kind: "conflict" };
    await store().tx("before", (tx) => tx.insert(event, eventRow({ id: "x", seq: 5 })));
    const write = (rows: ReturnType<typeof eventRow>[]) =>
      store().tx("write", (tx) => tx.writeMany([insertRows(hold, [holdRow()]), insertRows(event, rows)]));
    await expect(write([eventRow({ id: "y" }), eventRow({ id: "x" })])).rejects.toMatchObject(taken);
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
