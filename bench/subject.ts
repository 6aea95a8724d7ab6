/** The store that is measured: the embedded one in a directory of its own, a schema of the server that is named, or memory. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryStore, openPglite, openPostgres, type Store } from "../src/store/index.ts";
import { createSystemClock } from "../src/system/index.ts";
import { runSql } from "./ledger_measure.ts";

export interface Subject {
  readonly store: Store;
  /** Closes it and removes what it left. */
  dispose(): Promise<void>;
}

export function openMemory(): Subject {
  const store = new MemoryStore({ clock: createSystemClock() });
  return { store, dispose: () => store.close() };
}

export async function openEmbedded(): Promise<Subject> {
  const dir = mkdtempSync(join(tmpdir(), "tidegate-bench-"));
  const remove = (): void => rmSync(dir, { recursive: true, force: true });
  try {
    const store = await openPglite({ dir: join(dir, "store") });
    return { store, dispose: () => store.close().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

/** In a schema of its own, which is dropped at the end. */
export async function openServer(url: string): Promise<Subject> {
  const schema = `tidegate_bench_${randomBytes(6).toString("hex")}`;
  const store = await openPostgres({ url, schema });
  return {
    store,
    dispose: async () => {
      await store.close();
      await runSql(url, `drop schema "${schema}" cascade`);
    },
  };
}
