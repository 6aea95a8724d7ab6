/** Contract: all or nothing, one after another, and what concurrent writers may never see. */
import { expect, it } from "vitest";
import type { ReadTx, Store, Tx } from "../port.ts";
import { control, event, hold, lease } from "../tables/schema.ts";
import { controlRow, eventRow, holdRow } from "./contract_rows.ts";

const WRITERS = 8;

export function transactionContract(store: () => Store): void {
  it("returns what the work returns, and keeps nothing of work that throws", async () => {
    const failure = new Error("stop");
    const broken = store().tx("broken", async (tx) => {
      await tx.insert(control, controlRow());
      await tx.upsert(control, controlRow({ version: 2 }));
      await tx.insert(hold, holdRow());
      await tx.delete(hold, { id: "h1" });
      throw failure;
    });
    await expect(broken).rejects.toBe(failure);
    expect(await store().tx("count", (tx) => tx.count(control, {}))).toBe(0);
    expect(await store().tx("count", (tx) => tx.count(hold, {}))).toBe(0);
  });

  it("puts every kind of change back", async () => {
    await store().tx("before", async (tx) => {
      await tx.insert(event, eventRow({ id: "kept", seq: 1 }));
      await tx.insert(event, eventRow({ id: "gone", seq: 2 }));
    });
    const before = await allEvents(store());
    const broken = store().tx("broken", async (tx) => {
      await tx.update(event, { id: "kept" }, { seq: 5 });
      await tx.delete(event, { id: "gone" });
      await tx.insert(event, eventRow({ id: "new", seq: 2 }));
      await tx.upsert(event, eventRow({ id: "kept", seq: 1, ref: "other" }));
      throw new Error("stop");
    });
    await expect(broken).rejects.toThrow("stop");
    expect(await allEvents(store())).toEqual(before);
    await store().tx("after", (tx) => tx.insert(event, eventRow({ id: "new", seq: 5 })));
  });

  it("keeps nothing after a duplicate, even when the work went on regardless", async () => {
    await store().tx("before", (tx) => tx.insert(control, controlRow()));
    const swallowed = store().tx("swallow", async (tx) => {
      await tx.insert(hold, holdRow());
      await tx.insert(control, controlRow()).catch(() => undefined);
      return "done";
    });
    await expect(swallowed).rejects.toMatchObject({ code: "store_duplicate" });
    expect(await store().read("count", (tx) => tx.count(hold, {}))).toBe(0);
  });

  it("refuses a transaction after its end", async () => {
    let leaked: Tx | undefined;
    let read: ReadTx | undefined;
    await store().tx("leak", async (tx) => {
      leaked = tx;
    });
    await store().read("leak", async (tx) => {
      read = tx;
    });
    await expect(leaked?.insert(control, controlRow())).rejects.toMatchObject({ code: "store_closed" });
    await expect(read?.count(control)).rejects.toMatchObject({ code: "store_closed" });
    expect(await store().read("count", (tx) => tx.count(control, {}))).toBe(0);
  });

  it("loses no update among concurrent writers", async () => {
    await store().tx("before", (tx) => tx.insert(control, controlRow({ version: 0 })));
    const increment = async (tx: Tx) => {
      const row = await tx.get(control, { name: "mode" });
      await tx.update(control, { name: "mode" }, { version: (row?.version ?? 0) + 1 });
    };
    const writers = Array.from({ length: WRITERS }, async () => {
      for (let i = 0; i < 5; i++) await store().tx("increment", increment);
    });
    await Promise.all(writers);
    expect((await store().read("read", (tx) => tx.get(control, { name: "mode" })))?.version).toBe(WRITERS * 5);
  });

  it("prevents write skew: two holds that together exceed the limit are never both made", async () => {
    const reserve = (id: string) =>
      store().tx("reserve", async (tx) => {
        const held = await tx.find(hold, { where: { state: "pending" }, limit: 100 });
        if (held.reduce((sum, row) => sum + row.amount, 0n) + 60n > 100n) return false;
        return await tx.insertIfAbsent(hold, holdRow({ id, amount: 60n }));
      });
    const made = await Promise.all(Array.from({ length: WRITERS }, (_, i) => reserve(`h${i}`)));
    expect(made.filter(Boolean)).toHaveLength(1);
  });

  it("lets one of many inserts of the same key through; the others see its row", async () => {
    const insert = (i: number) =>
      store().tx("insert", async (tx) => {
        const taken = await tx.get(hold, { id: "h1" });
        if (taken === undefined) await tx.insert(hold, holdRow({ ref: `writer ${i}` }));
        return taken?.ref ?? `writer ${i}`;
      });
    const refs = await Promise.all(Array.from({ length: WRITERS }, (_, i) => insert(i)));
    expect(new Set(refs).size).toBe(1);
  });

  it("reads one consistent view while others write", async () => {
    const move = (i: number) =>
      store().tx("move", async (tx) => {
        await tx.upsert(hold, holdRow({ id: "left", amount: BigInt(i) }));
        await tx.upsert(hold, holdRow({ id: "right", amount: BigInt(-i) }));
      });
    const sum = () =>
      store().read("sum", async (tx) => {
        const left = await tx.get(hold, { id: "left" });
        const right = await tx.get(hold, { id: "right" });
        return (left?.amount ?? 0n) + (right?.amount ?? 0n);
      });
    const moves = (async () => {
      for (let i = 1; i <= 20; i++) await move(i);
    })();
    const sums = (async () => {
      const seen: bigint[] = [];
      for (let i = 0; i < 20; i++) seen.push(await sum());
      return seen;
    })();
    await moves;
    expect(new Set(await sums)).toEqual(new Set([0n]));
  });

  it("gives a lease by the database's time to exactly one owner", async () => {
    const take = (owner: string) =>
      store().tx("lease", async (tx) => {
        const now = await tx.now();
        const held = await tx.get(lease, { name: "sealer" });
        if (held !== undefined && held.until > now) return null;
        const fence = (held?.fence ?? 0) + 1;
        await tx.upsert(lease, { name: "sealer", owner, until: now + 60_000, fence });
        return fence;
      });
    const fences = await Promise.all(Array.from({ length: WRITERS }, (_, i) => take(`owner ${i}`)));
    expect(fences.filter((fence) => fence !== null)).toEqual([1]);
    await store().tx("expire", (tx) => tx.update(lease, { name: "sealer" }, { until: 0 }));
    expect(await take("next")).toBe(2);
  });

  it("has one time per transaction, in whole milliseconds, that does not run backwards", async () => {
    const times = async () => await store().tx("now", async (tx) => [await tx.now(), await tx.now()]);
    const [first = 0, again] = await times();
    const [later = 0] = await times();
    expect(Number.isSafeInteger(first)).toBe(true);
    expect(again).toBe(first);
    expect(later).toBeGreaterThanOrEqual(first);
  });
}

export function closingContract(store: () => Store): void {
  it("says what it is, finishes what was asked, then refuses", async () => {
    expect((await store().check()).detail).not.toBe("");
    const last = store().tx("last", (tx) => tx.count(control, {}));
    await Promise.all([last, store().close()]);
    expect(await last).toBe(0);
    const closed = { code: "store_closed" };
    await expect(store().tx("late", (tx) => tx.count(control, {}))).rejects.toMatchObject(closed);
    await expect(store().read("late", (tx) => tx.count(control, {}))).rejects.toMatchObject(closed);
    await expect(store().check()).rejects.toMatchObject(closed);
    await store().close();
  });
}

function allEvents(store: Store) {
  return store.read("all", (tx) => tx.find(event, { order_by: [["id", "asc"]], limit: 100 }));
}
