import { describe, expect, it } from "vitest";
import { controlRow } from "../store/contract/contract_rows.ts";
import { MemoryStore, type ReadTx, tables } from "../store/index.ts";
import { Looks } from "./looks.ts";

function bench() {
  const store = new MemoryStore({ clock: { now: () => 0 } });
  const looks = new Looks(store.data, store);
  let opened = 0;
  const look = (name: string): Promise<unknown[]> =>
    looks.rows(name, tables.control, (tx: ReadTx) => {
      opened += 1;
      return tx.find(tables.control, { where: { name }, limit: 10 });
    });
  return { store, look, opened: () => opened };
}

describe("people who look in", () => {
  it("open a table once while nothing is there and nobody writes it", async () => {
    const { store, look, opened } = bench();
    expect(await look("mode")).toEqual([]);
    expect(await look("mode")).toEqual([]);
    await store.tx("other", (tx) => tx.insert(tables.lease, { name: "daemon", owner: "one", until: 1, fence: 1 }));
    expect(await look("mode")).toEqual([]);
    expect(opened()).toBe(1);
  });

  it("see what is written, each time, as long as it is there", async () => {
    const { store, look, opened } = bench();
    await look("mode");
    await store.tx("write", (tx) => tx.insert(tables.control, controlRow({ name: "mode" })));
    expect(await look("mode")).toHaveLength(1);
    expect(await look("mode")).toHaveLength(1);
    await store.tx("delete", (tx) => tx.delete(tables.control, { name: "mode" }));
    expect(await look("mode")).toEqual([]);
    expect(await look("mode")).toEqual([]);
    expect(opened()).toBe(4);
  });

  it("remember each thing they look for by itself", async () => {
    const { store, look, opened } = bench();
    await look("mode");
    await store.tx("write", (tx) => tx.insert(tables.control, controlRow({ name: "other" })));
    expect(await look("mode")).toEqual([]);
    expect(await look("other")).toHaveLength(1);
    expect(opened()).toBe(3);
  });
});
