/** Contract: insert, insertIfAbsent, update with a guard, upsert, delete. */
import { expect, it } from "vitest";
import type { Store } from "../port.ts";
import { control, event, hold, movement, transfer } from "../tables/schema.ts";
import { controlRow, eventRow, holdRow, movementRow, transferRow } from "./contract_rows.ts";

export function writeContract(store: () => Store): void {
  const DUPLICATE = { code: "store_duplicate", kind: "conflict" };

  it("refuses a second row with the same key", async () => {
    await store().tx("first", (tx) => tx.insert(control, controlRow()));
    await expect(store().tx("second", (tx) => tx.insert(control, controlRow({ version: 2 })))).rejects.toMatchObject(
      DUPLICATE,
    );
    expect(await store().read("read", (tx) => tx.get(control, { name: "mode" }))).toEqual(controlRow());
  });

  it("refuses a taken unique value on insert, update and upsert", async () => {
    await store().tx("first", async (tx) => {
      await tx.insert(event, eventRow({ id: "a", seq: 1 }));
      await tx.insert(event, eventRow({ id: "b", seq: 2 }));
    });
    const taken = [
      store().tx("insert", (tx) => tx.insert(event, eventRow({ id: "c", seq: 1 }))),
      store().tx("update", (tx) => tx.update(event, { id: "b" }, { seq: 1 })),
      store().tx("upsert", (tx) => tx.upsert(event, eventRow({ id: "b", seq: 1 }))),
      store().tx("upsert new", (tx) => tx.upsert(event, eventRow({ id: "c", seq: 1 }))),
    ];
    for (const write of await Promise.allSettled(taken)) {
      expect(write).toMatchObject({ status: "rejected", reason: DUPLICATE });
    }
    expect(await store().read("read", (tx) => tx.count(event, {}))).toBe(2);
  });

  it("lets null repeat under a unique constraint, and a row keep its own value", async () => {
    await store().tx("write", async (tx) => {
      await tx.insert(event, eventRow({ id: "a" }));
      await tx.insert(event, eventRow({ id: "b" }));
      await tx.update(event, { id: "a" }, { seq: 1 });
      await tx.update(event, { id: "a" }, { seq: 1 });
      await tx.upsert(event, eventRow({ id: "a", seq: 1, ref: "changed" }));
    });
    expect(await store().read("read", (tx) => tx.count(event, { seq: null }))).toBe(1);
  });

  it("inserts only when absent, by key and by unique value, and goes on", async () => {
    const done = await store().tx("write", async (tx) => [
      await tx.insertIfAbsent(event, eventRow({ id: "a", seq: 1 })),
      await tx.insertIfAbsent(event, eventRow({ id: "a", seq: 2 })),
      await tx.insertIfAbsent(event, eventRow({ id: "b", seq: 1 })),
      await tx.insertIfAbsent(event, eventRow({ id: "b", seq: 2 })),
    ]);
    expect(done).toEqual([true, false, false, true]);
    const rows = await store().read("read", (tx) => tx.find(event, { order_by: [["id", "asc"]], limit: 9 }));
    expect(rows.map((row) => [row.id, row.seq])).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
  });

  it("updates only the row whose guard holds, and says so", async () => {
    await store().tx("write", (tx) => tx.insert(transfer, transferRow({ fence: 3, lease_owner: "one" })));
    const update = (guard: { fence?: number; lease_owner?: string | null; version?: { gte: number } }) =>
      store().tx("update", (tx) => tx.update(transfer, { id: "t1" }, { state: "submitting" }, guard));
    expect(await update({ fence: 2 })).toBe(false);
    expect(await update({ fence: 3, lease_owner: "two" })).toBe(false);
    expect(await update({ fence: 3, lease_owner: null })).toBe(false);
    expect((await store().read("read", (tx) => tx.get(transfer, { id: "t1" })))?.state).toBe("planned");
    expect(await update({ fence: 3, lease_owner: "one", version: { gte: 1 } })).toBe(true);
    expect((await store().read("read", (tx) => tx.get(transfer, { id: "t1" })))?.state).toBe("submitting");
    const missing = store().tx("update", (tx) => tx.update(transfer, { id: "none" }, { state: "held" }));
    expect(await missing).toBe(false);
  });

  it("changes the named columns and no other, to null as well", async () => {
    const row = transferRow({ note: "why", tx_hash: "0xab" });
    await store().tx("write", (tx) => tx.insert(transfer, row));
    await store().tx("update", (tx) => tx.update(transfer, { id: "t1" }, { note: null, fee_actual: 4n, version: 2 }));
    const kept = await store().read("read", (tx) => tx.get(transfer, { id: "t1" }));
    expect(kept).toEqual({ ...row, note: null, fee_actual: 4n, version: 2 });
  });

  it("refuses to change a key, and an empty change", async () => {
    const asserts = { name: "AssertionError" };
    const key = store().tx("update", (tx) => tx.update(control, { name: "mode" }, { name: "other" }));
    await expect(key).rejects.toMatchObject(asserts);
    await expect(store().tx("update", (tx) => tx.update(control, { name: "mode" }, {}))).rejects.toMatchObject(asserts);
    await expect(store().tx("get", (tx) => tx.get(movement, { wallet_id: "hot" }))).rejects.toMatchObject(asserts);
  });

  it("upserts: inserts, then replaces every other column", async () => {
    await store().tx("insert", (tx) => tx.upsert(hold, holdRow()));
    await store().tx("replace", (tx) => tx.upsert(hold, holdRow({ state: "posted", amount: 9n })));
    const rows = await store().read("read", (tx) => tx.find(hold, { limit: 9 }));
    expect(rows).toEqual([holdRow({ state: "posted", amount: 9n })]);
  });

  it("deletes by the whole key, and says whether there was a row", async () => {
    await store().tx("write", async (tx) => {
      await tx.insert(movement, movementRow({ movement_id: "m1" }));
      await tx.insert(movement, movementRow({ movement_id: "m2" }));
    });
    const key = { wallet_id: "hot", movement_id: "m1" };
    expect(await store().tx("delete", (tx) => tx.delete(movement, key))).toBe(true);
    expect(await store().tx("delete", (tx) => tx.delete(movement, key))).toBe(false);
    expect(await store().read("read", (tx) => tx.count(movement, {}))).toBe(1);
  });

  it("shows a transaction its own changes", async () => {
    const seen = await store().tx("write", async (tx) => {
      await tx.insert(hold, holdRow({ state: "pending" }));
      await tx.update(hold, { id: "h1" }, { state: "voided" });
      const counts = [await tx.count(hold, { state: "pending" }), await tx.count(hold, { state: "voided" })];
      await tx.delete(hold, { id: "h1" });
      await tx.insert(hold, holdRow({ amount: 2n }));
      return [...counts, (await tx.get(hold, { id: "h1" }))?.amount];
    });
    expect(seen).toEqual([0, 1, 2n]);
  });
}
