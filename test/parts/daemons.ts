/**
 * Several real daemons on one database and one set of venues. The venues run here, in the test's own process, so that the test
 * sees what was really paid; the daemons are child processes that know nothing of each other.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { Client } from "pg";
import { createComposition } from "../../src/compose/index.ts";
import { logSigner } from "../../src/compose/keys.ts";
import type { TreasuryConfig } from "../../src/config/types.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type LeaseRow, openPostgres, type Store, tables } from "../../src/store/index.ts";
import { createScaledClock } from "../../src/system/index.ts";
import type { TransferRow } from "../../src/transfers/types.ts";
import { timeOf, type WorldAddresses } from "./daemons_world.ts";
import { ROOT, type RunningTidegate, startTidegate, until } from "./process.ts";
import { booksOf, compareWithWorld } from "./process_books.ts";
import { makeWorkplace, type SandboxFile } from "./process_config.ts";

const ENTRY = join(ROOT, "test", "parts", "daemons_entry.ts");
const URL_VARIABLE = "TIDEGATE_TEST_STORE_URL";
const HOUR_PER_SECOND = 3_600;
const START = Date.UTC(2026, 0, 5);
const ROWS_MAX = 10_000;

export interface SharedWorld {
  readonly sandbox: Sandbox;
  readonly config: TreasuryConfig;
  readonly time: WorldAddresses["time"];
  /** A daemon on the database of `url`, by the name it has in this test. */
  start(url: string): Promise<RunningTidegate>;
  stop(): Promise<void>;
}

/** `edit`: what the daemons' configuration changes in the shipped sandbox. */
export async function startSharedWorld(edit: (file: SandboxFile) => void): Promise<SharedWorld> {
  const place = makeWorkplace();
  const path = place.writeConfig((file) => {
    file.store.engine = "postgres";
    file.store.database_url = `env:${URL_VARIABLE}`;
    edit(file);
  });
  const config = await createComposition({ [URL_VARIABLE]: "postgresql://none" }).loadConfig(path, {});
  await logSigner(config.store.data_dir);
  if (config.sandbox === null) throw new Error("The configuration has no sandbox.");
  const time = { base: START, real_ms: Date.now(), factor: config.sandbox.speed * HOUR_PER_SECOND };
  const clock = createScaledClock(timeOf({ time }));
  const sandbox = await startSandbox({ config: config.sandbox, treasury: config, data_dir: null, clock });
  const addresses: WorldAddresses = { venues: [...sandbox.venues], price_feeds: [...sandbox.price_feeds], time };
  const env = { TIDEGATE_TEST_WORLD: JSON.stringify(addresses), TIDEGATE_LOG: "warn" };
  return {
    sandbox,
    config,
    time,
    start: (url) =>
      startTidegate([ENTRY, "run", "-c", path], { command: process.execPath, env: { ...env, [URL_VARIABLE]: url } }),
    stop: async () => {
      await sandbox.stop();
      place.remove();
    },
  };
}

/** A new empty database on the server of `url`. */
export async function createDatabase(url: string): Promise<string> {
  const name = `tidegate_${randomBytes(6).toString("hex")}`;
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
}

/** The tests' own eyes on the database of the daemons. */
export class Eyes {
  readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  static async open(url: string): Promise<Eyes> {
    return new Eyes(await openPostgres({ url, connections_max: 3 }));
  }

  /** The lease of the lead, until an instant of the database's time; null when nobody leads. */
  leader(): Promise<LeaseRow | null> {
    return this.store.read("test.leader", async (tx) => {
      const row = await tx.get(tables.lease, { name: "daemon" });
      return row === undefined || row.until <= (await tx.now()) ? null : row;
    });
  }

  /** Every instance that ever started, in order. */
  async instances(): Promise<string[]> {
    const started = await this.store.read("test.instances", (tx) =>
      tx.find(tables.event, { where: { kind: "daemon.started" }, order_by: [["id", "asc"]], limit: ROWS_MAX }),
    );
    return started.map(({ ref }) => ref);
  }

  transfers(): Promise<TransferRow[]> {
    return this.store.read("test.transfers", (tx) => tx.find(tables.transfer, { limit: ROWS_MAX }));
  }

  /** Waits until `more` transfers were settled that are not settled now. */
  async settleMore(more: number): Promise<void> {
    const settled = async () => (await this.transfers()).filter(({ state }) => state === "settled").length;
    const before = await settled();
    await until(`${more} more settled transfers`, async () => (await settled()) >= before + more);
  }

  /** Of daemons that have ended: everything wrong between their books and what the venues really did. */
  async problems(world: SharedWorld): Promise<string[]> {
    return compareWithWorld(await booksOf(this.store), world.sandbox.world.state);
  }
}

/** Starts a daemon and learns which instance it is. */
export async function startKnown(
  world: SharedWorld,
  eyes: Eyes,
  url: string,
): Promise<{ readonly tidegate: RunningTidegate; readonly instance: string }> {
  const before = await eyes.instances();
  const tidegate = await world.start(url);
  const instance = (await eyes.instances()).find((id) => !before.includes(id));
  if (instance === undefined) throw new Error("The daemon is ready and has written no start.");
  return { tidegate, instance };
}

/** How often each reference was paid at the venues, where it was more than once. */
export function paidTwice(world: SharedWorld): string[] {
  const paid = Map.groupBy(world.sandbox.world.state.transfers.values(), ({ reference }) => reference);
  return [...paid].filter(([, rows]) => rows.length > 1).map(([reference]) => reference);
}
