/** The store that a configuration names. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TreasuryConfig } from "../config/types.ts";
import { assert } from "../errors/index.ts";
import type { Clock } from "../ports/index.ts";
import { MemoryStore, openPglite, openPostgres, type Store } from "../store/index.ts";

/** Of the embedded store, inside the data directory. */
export const STORE_DIR = "store";

/** False where this configuration never kept anything: nothing is made by asking. */
export function hasStore({ store: { engine, data_dir } }: TreasuryConfig): boolean {
  return engine === "postgres" || (engine === "pglite" && existsSync(join(data_dir, STORE_DIR)));
}

/** @throws StoreError store_locked, store_corrupt, store_not_durable, store_unavailable, store_newer_schema */
export function openStore(config: TreasuryConfig, clock: Clock): Promise<Store> {
  const { engine, data_dir, database_url } = config.store;
  switch (engine) {
    case "memory":
      return Promise.resolve(new MemoryStore({ clock }));
    case "pglite":
      return openPglite({ dir: join(data_dir, STORE_DIR) });
    case "postgres":
      assert(database_url !== null, "the configuration names the database it uses");
      return openPostgres({ url: database_url });
  }
}
