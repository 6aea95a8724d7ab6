/** A pool's own history from the store of a daemon that does not run; nothing is written. */
import type { PoolConfig, TreasuryConfig } from "../config/types.ts";
import { TidegateError } from "../errors/index.ts";
import { readOwnLedger } from "../tuning/index.ts";
import type { OwnLedger } from "../tuning/types.ts";
import { createClock } from "./sandbox.ts";
import { hasStore, openStore } from "./stores.ts";

/** @throws StoreError store_locked when a daemon holds the data directory: ask that daemon instead */
export async function readLedger(config: TreasuryConfig, pool: PoolConfig, days: number): Promise<OwnLedger> {
  const { data_dir } = config.store;
  if (!hasStore(config)) {
    throw new TidegateError(
      "not_found",
      "tuning_no_store",
      `There is no database in ${data_dir}: this configuration never ran here.`,
      { data_dir },
    );
  }
  const clock = createClock(config);
  const store = await openStore(config, clock);
  try {
    return await store.read("ledger.own", (tx) => readOwnLedger(tx, { pool, now: clock.now(), days, price: null }));
  } finally {
    await store.close();
  }
}
