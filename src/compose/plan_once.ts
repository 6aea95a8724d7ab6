/** `tidegate plan`: look once at the venues, decide, and leave no trace: what is known is copied into memory first. */
import type { TreasuryConfig } from "../config/types.ts";
import { createTreasury } from "../daemon/index.ts";
import type { PoolPlan } from "../daemon/types.ts";
import type { Clock, Log, Notifier } from "../ports/index.ts";
import { MemoryStore, type Store, type Table, tables } from "../store/index.ts";
import { throwawaySigner } from "./keys.ts";
import { createClock, openSandboxCopy } from "./sandbox.ts";
import { daemonDeps } from "./start_daemon.ts";
import { hasStore, openStore } from "./stores.ts";

/** What a copy that is thrown away finds is told by its plan alone; whoever is paged hears it from the daemon. */
const SILENT: Notifier = { notify: () => {} };
const ROWS_MAX = 10_000;

/** @throws StoreError store_locked when a daemon holds the data directory: ask that daemon instead */
export async function planOnce(config: TreasuryConfig, log: Log): Promise<readonly PoolPlan[]> {
  const clock = createClock(config);
  const store = await copyOfStore(config, clock);
  const sandbox = await openSandboxCopy(config, clock);
  try {
    const deps = {
      ...daemonDeps(config, { clock, store, sandbox, log, log_signer: throwawaySigner() }),
      notifier: SILENT,
    };
    const treasury = createTreasury(deps);
    await treasury.observeOnce();
    const plans = await treasury.planNow();
    for (const venue of deps.venues.values()) await venue.close();
    return plans;
  } finally {
    await sandbox?.stop();
  }
}

/** What a decision depends on: open transfers, limits used, last balances, breaks, the mode. */
async function copyOfStore(config: TreasuryConfig, clock: Clock): Promise<Store> {
  const copy = new MemoryStore({ clock });
  if (!hasStore(config)) return copy;
  const store = await openStore(config, clock);
  try {
    await copyTable(store, copy, tables.control);
    await copyTable(store, copy, tables.transfer);
    await copyTable(store, copy, tables.balance);
    await copyTable(store, copy, tables.account);
    await copyTable(store, copy, tables.hold);
    await copyTable(store, copy, tables.breaks);
  } finally {
    await store.close();
  }
  return copy;
}

async function copyTable<Row>(from: Store, to: Store, table: Table<Row>): Promise<void> {
  const rows = await from.read("plan.copy", (tx) => tx.find(table, { limit: ROWS_MAX }));
  await to.tx("plan.copy", async (tx) => {
    for (const row of rows) await tx.insert(table, row);
  });
}
