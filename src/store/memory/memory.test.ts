import { describe, expect, it } from "vitest";
import { describeStore } from "../contract/contract.ts";
import { controlRow, holdRow } from "../contract/contract_rows.ts";
import { control, hold } from "../tables/schema.ts";
import { MemoryStore } from "./memory.ts";

function ticking() {
  let now = 1_700_000_000_000;
  return { now: () => now++ };
}

describeStore("memory", async () => ({ store: new MemoryStore({ clock: ticking() }), dispose: async () => {} }));

describe("a crash of the process that uses a memory store", () => {
  it("undoes the open transaction and frees the turn for a store on the same data", async () => {
    const first = new MemoryStore({ clock: ticking() });
    await first.tx("committed", (tx) => tx.insert(control, controlRow()));
    const reached = Promise.withResolvers<void>();
    const answers: string[] = [];
    const note = (name: string) => () => answers.push(name);
    void first
      .tx("cut short", async (tx) => {
        await tx.update(control, { name: "mode" }, { version: 9 });
        await tx.insert(hold, holdRow());
        reached.resolve();
        await new Promise(() => {});
      })
      .then(note("open"), note("open"));
    void first.tx("waiting", (tx) => tx.insert(hold, holdRow())).then(note("waiting"), note("waiting"));
    await reached.promise;

    first.crash();
    const second = new MemoryStore({ clock: ticking(), data: first.data });
    expect(await second.read("read", (tx) => tx.get(control, { name: "mode" }))).toEqual(controlRow());
    expect(await second.read("count", (tx) => tx.count(hold))).toBe(0);
    void first.tx("late", (tx) => tx.insert(hold, holdRow())).then(note("late"), note("late"));
    expect(await second.tx("count", (tx) => tx.count(hold))).toBe(0);
    expect(answers).toEqual([]);
  });

  for (const [moment, ticks] of [
    ["before its turn", 0],
    ["when given its turn", 1],
    ["within its work", 5],
  ] as const) {
    it(`never answers a transaction whose process died ${moment}, and keeps none of it`, async () => {
      const first = new MemoryStore({ clock: ticking() });
      const gate = Promise.withResolvers<void>();
      const answers: string[] = [];
      const zombie = first.tx("zombie", async (tx) => {
        await gate.promise;
        await tx.insert(hold, holdRow()).finally(() => answers.push("insert"));
      });
      void zombie.finally(() => answers.push("tx")).catch(() => undefined);
      for (let i = 0; i < ticks; i++) await Promise.resolve();
      first.crash();
      gate.resolve();
      const second = new MemoryStore({ clock: ticking(), data: first.data });
      for (let i = 0; i < 10; i++) expect(await second.tx("count", (tx) => tx.count(hold))).toBe(0);
      expect(answers).toEqual([]);
    });
  }
});

describe("the turns of a memory store", () => {
  it("are taken in the order of the calls", async () => {
    const store = new MemoryStore({ clock: ticking() });
    const order: number[] = [];
    const turn = (n: number) =>
      store.tx(`turn ${n}`, async (tx) => {
        await tx.count(control);
        order.push(n);
      });
    await Promise.all([1, 2, 3, 4].map(turn));
    expect(order).toEqual([1, 2, 3, 4]);
  });
});

describe("the changes of a table in memory", () => {
  it("are counted by every write of it, undone ones as well, and by no other table's", async () => {
    const store = new MemoryStore({ clock: ticking() });
    expect(store.data.changesOf("control")).toBe(0);
    await store.tx("write", (tx) => tx.insert(control, controlRow()));
    const written = store.data.changesOf("control");
    expect(written).toBeGreaterThan(0);
    await store.tx("other", (tx) => tx.insert(hold, holdRow()));
    await store.read("read", (tx) => tx.get(control, { name: "mode" }));
    expect(store.data.changesOf("control")).toBe(written);
    const undone = store.tx("undone", async (tx) => {
      await tx.update(control, { name: "mode" }, { version: 9 });
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    expect(store.data.changesOf("control")).toBeGreaterThan(written);
  });
});
