/**
 * The embedded store: PostgreSQL compiled to WebAssembly, in this process, durable. One process per directory; for
 * evaluation and small desks. Production runs on a server (`postgres.ts`).
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import type { PGlite } from "@electric-sql/pglite";
import { StoreError } from "../errors.ts";
import { migrate } from "../migrate.ts";
import type { Store } from "../port.ts";
import { SqlStore } from "../sql/sql_store.ts";
import { PgliteConnection } from "./pglite_connection.ts";
import {
  corrupt,
  type DirectoryState,
  DiskSync,
  type EmscriptenFiles,
  finishDirectory,
  makeDirectory,
  prepareDirectory,
} from "./pglite_files.ts";
import { type DirectoryLock, lockDirectory } from "./pglite_lock.ts";
import { watchDirectory } from "./pglite_watch.ts";

export interface PgliteOptions {
  /** Directory of the store; made when it is missing. */
  readonly dir: string;
}

/** Settings at every start. The defaults reserve 128 MB for buffers that a treasury's few rows never fill. */
const SETTINGS = ["wal_sync_method=fsync", "shared_buffers=16MB", "max_wal_size=64MB", "min_wal_size=32MB"];
const INITDB_SETTINGS = ["shared_buffers=4MB", "max_connections=4"];
/** The directory is locked for this process: whoever holds a lease in it is dead, and nobody need wait for it to run out. */
const END_LEASES =
  "update lease set until = 0 where until > 0; update transfer set lease_until = 0 where lease_until is not null";
/**
 * V8 optimises one huge function of PostgreSQL with some 500 MB of scratch memory; its baseline code is as fast for this
 * (measured: 1.43 s against 1.48 s for 6,000 commits; peak 182 MB against 700 MB).
 */
const V8_FLAGS = ["--no-wasm-tier-up", "--no-wasm-dynamic-tiering"];

/**
 * Opens the store in `dir`, creating it at first, and proves that a commit reaches the disk before it returns.
 * @throws StoreError store_locked, store_corrupt, store_not_durable, store_newer_schema, store_migration_changed
 * @example const store = await openPglite({ dir: "/var/lib/tidegate" });
 */
export async function openPglite(options: PgliteOptions): Promise<Store> {
  return await openPgliteWith(options, new DiskSync());
}

/** The same, with the syncing of the disk given from outside. */
export async function openPgliteWith({ dir }: PgliteOptions, disk: DiskSync): Promise<Store> {
  const lock = await enterDirectory(dir);
  try {
    return await openLocked(dir, disk, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function enterDirectory(dir: string): Promise<DirectoryLock> {
  try {
    makeDirectory(dir);
    return await lockDirectory(dir);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const message = `The store directory ${dir} cannot be made or written. Check its path and its owner.`;
    throw new StoreError("store_unavailable", message, { dir }, error);
  }
}

async function openLocked(dir: string, disk: DiskSync, lock: DirectoryLock): Promise<Store> {
  const state = prepareDirectory(dir);
  const db = await start(dir, state, disk);
  let unwatch = (): void => {};
  try {
    const onClose = (): void => {
      unwatch();
      lock.release();
    };
    const connection = new PgliteConnection({ db, dir, onClose });
    await migrate({ connection, sleep });
    await proveDurable(db, dir, disk);
    if (state === "new") {
      await db.exec("checkpoint");
      finishDirectory(dir);
    } else {
      await db.exec(END_LEASES);
      await db.exec("vacuum analyze");
    }
    unwatch = watchDirectory({ dir });
    return new SqlStore({ connection, random: Math.random, sleep });
  } catch (error) {
    await db.close().catch(() => undefined);
    throw error instanceof StoreError ? error : corrupt(dir, "its database cannot be read", error);
  }
}

async function start(dir: string, state: DirectoryState, disk: DiskSync): Promise<PGlite> {
  for (const flag of V8_FLAGS) setFlagsFromString(flag);
  const { PGlite } = await import("@electric-sql/pglite");
  const { NodeFS } = await import("@electric-sql/pglite/nodefs");
  class DurableFs extends NodeFS {
    override async init(...args: Parameters<InstanceType<typeof NodeFS>["init"]>) {
      const ready = await super.init(...args);
      ready.emscriptenOpts.preRun?.push((files) => disk.install(files as unknown as EmscriptenFiles));
      return ready;
    }
  }
  // -F turns fsync off; -O lets anybody change system tables.
  const defaults = PGlite.defaultStartParams.filter((flag) => flag !== "-F" && flag !== "-O");
  const exit_code = process.exitCode;
  let said = "";
  try {
    return await PGlite.create({
      fs: new DurableFs(join(dir, "postgres")),
      startParams: [...defaults, ...SETTINGS.flatMap((setting) => ["-c", setting])],
      initDbStartParams: INITDB_SETTINGS.flatMap((setting) => ["-c", setting]),
      onStderr: (line) => {
        if (/FATAL|PANIC/.test(line)) said = line.replace(/^.*?(FATAL|PANIC): +/, ": ");
        return false;
      },
    });
  } catch (error) {
    if (state === "new" || /No space left/.test(said)) throw noRoom(dir, said, error);
    throw corrupt(dir, `its database does not start${said}`, error);
  } finally {
    // The WebAssembly runtime writes its own exit code over the process's.
    process.exitCode = exit_code;
  }
}

/**
 * The sync hook is a private place of PGlite that an upgrade may move without a word, so every start proves that it
 * works: PostgreSQL must believe in fsync, and a commit must reach the disk.
 */
async function proveDurable(db: PGlite, dir: string, disk: DiskSync): Promise<void> {
  const { rows } = await db.query<{ fsync: string }>("show fsync");
  const before = disk.count;
  await db.query("update migration set applied_at = applied_at where number = 0");
  if (rows[0]?.fsync === "on" && disk.count > before) return;
  throw new StoreError(
    "store_not_durable",
    `The store in ${dir} does not sync its commits to the disk (fsync ${rows[0]?.fsync}, ${disk.count - before} syncs for ` +
      "one commit). Tidegate does not start on it: use the package versions it was released with, or a PostgreSQL server.",
    { dir, syncs: disk.count - before },
  );
}

function noRoom(dir: string, said: string, cause: unknown): StoreError {
  const message = `The store in ${dir} cannot be started${said}. Check that its disk has 200 MB free and can be written.`;
  return new StoreError("store_unavailable", message, { dir }, cause);
}
