import { describe, expect, it } from "vitest";
import { controlRow } from "../contract/contract_rows.ts";
import { StoreError } from "../errors.ts";
import { control } from "../tables/schema.ts";
import type { SqlConnection } from "./sql_connection.ts";
import { SqlStore, TX_ATTEMPTS_MAX } from "./sql_store.ts";

const conflict = new StoreError("store_conflict", "conflict");
const duplicate = new StoreError("store_duplicate", "duplicate");
const unknown = new StoreError("store_commit_unknown", "unknown");

/** A connection whose statements and commits fail as told, in order; null is a success. */
function scripted(parts: { statements?: (Error | null)[]; commits?: (Error | null)[] }) {
  const seen = { begun: 0, committed: 0, pauses: [] as number[] };
  const connection: SqlConnection = {
    transaction: async (_mode, work) => {
      seen.begun += 1;
      const result = await work({
        query: async () => {
          const failure = parts.statements?.shift();
          if (failure) throw failure;
          return { rows: [], affected: 1 };
        },
        script: async () => {},
      });
      const failure = parts.commits?.shift();
      if (failure) throw failure;
      seen.committed += 1;
      return result;
    },
    write: () => Promise.reject(new Error("not scripted")),
    check: async () => ({ engine: "postgres", durable: true, detail: "scripted" }),
    close: async () => {},
  };
  const sleep = async (ms: number) => void seen.pauses.push(ms);
  return { seen, store: new SqlStore({ connection, random: () => 0.5, sleep }) };
}

describe("running a transaction again", () => {
  it("repeats conflicts of statements and of commits, with growing pauses", async () => {
    const { store, seen } = scripted({ statements: [conflict, null, null], commits: [conflict, null] });
    await store.tx("write", (tx) => tx.insert(control, controlRow()));
    expect(seen).toEqual({ begun: 3, committed: 1, pauses: [2, 4] });
  });

  it("repeats a conflict that the work made into an error of its own, or swallowed", async () => {
    const { store, seen } = scripted({ statements: [conflict, conflict, null] });
    let run = 0;
    await store.tx("write", async (tx) => {
      run += 1;
      const write = tx.insert(control, controlRow());
      if (run === 1) await write.catch(() => Promise.reject(new Error("other")));
      else await write.catch(() => undefined);
    });
    expect(seen).toMatchObject({ begun: 3, committed: 1 });
  });

  it("believes in a duplicate when it comes twice", async () => {
    const once = scripted({ statements: [duplicate, null] });
    await once.store.tx("write", (tx) => tx.insert(control, controlRow()));
    const twice = scripted({ statements: [duplicate, duplicate] });
    await expect(twice.store.tx("write", (tx) => tx.insert(control, controlRow()))).rejects.toBe(duplicate);
    expect([once.seen.committed, twice.seen.begun]).toEqual([1, 2]);
  });

  it("gives up at its limit, by name", async () => {
    const { store, seen } = scripted({ commits: Array.from({ length: 100 }, () => conflict) });
    await expect(store.tx("post fees", async () => {})).rejects.toMatchObject({
      code: "store_conflict",
      message: expect.stringContaining('"post fees"'),
    });
    expect(seen.begun).toBe(TX_ATTEMPTS_MAX);
    expect(Math.max(...seen.pauses)).toBeLessThanOrEqual(250);
  });

  it("never repeats a commit whose outcome is unknown, nor an error of the work", async () => {
    const lost = scripted({ commits: [unknown, null] });
    await expect(lost.store.tx("write", async () => {})).rejects.toBe(unknown);
    const own = new Error("own");
    const failing = scripted({});
    await expect(failing.store.tx("write", () => Promise.reject(own))).rejects.toBe(own);
    expect([lost.seen.begun, failing.seen.begun, failing.seen.committed]).toEqual([1, 1, 0]);
  });
});
