/**
 * The files of an embedded store, and their durability. PGlite as it comes syncs nothing: its file layer has no fsync, so a
 * power cut loses what was acknowledged. Here every fsync PostgreSQL asks for reaches the disk, and a new directory is
 * synced whole before its marker says that it exists.
 *
 *   <dir>/lock       held by the process that uses the store
 *   <dir>/owner.json who that is, for people
 *   <dir>/CREATING   while the database is being created: nothing has been acknowledged yet
 *   <dir>/CREATED    from then on
 *   <dir>/postgres/  the database
 */
import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { StoreError } from "../errors.ts";

/** What of PGlite's file layer is touched here; none of it is documented, so the start-up test checks that it works. */
export interface EmscriptenFiles {
  readonly NODEFS: {
    readonly stream_ops: { fsync?: (stream: OpenFile) => number };
    realPath(node: unknown): string;
  };
}
interface OpenFile {
  /** Descriptor on the host; directories have none. */
  readonly nfd?: number | null;
  readonly node: unknown;
}

/** Counts the syncs that reached the disk. */
export class DiskSync {
  count = 0;
  readonly #sync: (fd: number) => void;
  readonly #crash: (sentence: string) => void;

  constructor(parts: { sync?: (fd: number) => void; crash?: (sentence: string) => void } = {}) {
    this.#sync = parts.sync ?? fdatasyncSync;
    this.#crash = parts.crash ?? crash;
  }

  /** Gives PGlite's file layer the fsync it lacks. */
  install(files: EmscriptenFiles): void {
    files.NODEFS.stream_ops.fsync = (stream) => {
      try {
        if (stream.nfd === null || stream.nfd === undefined) syncPath(files.NODEFS.realPath(stream.node));
        else this.#sync(stream.nfd);
        this.count += 1;
      } catch (error) {
        // After a failed fsync the kernel may have dropped the data and call the next one a success: nothing can be
        // trusted any more, and an exception would be swallowed on its way through WebAssembly.
        this.#crash(`store_sync_failed: the disk refused to sync the store: ${String(error)}. Tidegate stops.\n`);
      }
      return 0;
    };
  }
}

export type DirectoryState = "new" | "existing";

/** Makes `dir` and what leads to it, each readable by its owner alone and synced. */
export function makeDirectory(dir: string): void {
  const first_made = mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (first_made !== undefined) syncUpTo(dir, dirname(first_made));
}

/**
 * Makes a locked `dir` ready to open or to create a database.
 * @throws StoreError store_corrupt when it holds something that is neither
 */
export function prepareDirectory(dir: string): DirectoryState {
  const database = join(dir, "postgres");
  if (existsSync(join(dir, "CREATED"))) {
    if (existsSync(join(database, "PG_VERSION"))) return "existing";
    throw corrupt(dir, "its database is gone");
  }
  if (existsSync(database) && !existsSync(join(dir, "CREATING"))) throw corrupt(dir, "it was not made by Tidegate");
  // A creation that was cut short has acknowledged nothing to anybody: start it over.
  rmSync(database, { recursive: true, force: true });
  writeFileSync(join(dir, "CREATING"), "The database is being created; an interrupted creation starts over.\n");
  syncPath(join(dir, "CREATING"));
  syncPath(dir);
  mkdirSync(database, { mode: 0o700 });
  return "new";
}

/** Syncs every file and directory of a database just created, then marks it as created. */
export function finishDirectory(dir: string): void {
  syncTree(join(dir, "postgres"));
  writeFileSync(join(dir, "CREATED"), "The database below was created whole and synced.\n");
  syncPath(join(dir, "CREATED"));
  rmSync(join(dir, "CREATING"), { force: true });
  syncPath(dir);
}

export function corrupt(dir: string, why: string, cause?: unknown): StoreError {
  return new StoreError(
    "store_corrupt",
    `The store in ${dir} cannot be used: ${why}. Keep the directory as it is, restore a backup into another one and ` +
      "point store.data_dir at that; if nothing in it matters, name an empty directory.",
    { dir },
    cause,
  );
}

function syncTree(path: string): void {
  for (const item of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, item.name);
    if (item.isDirectory()) syncTree(child);
    else if (item.isFile()) syncPath(child);
  }
  syncPath(path);
}

/** Syncs the directories from `path` up to and including `top`. */
function syncUpTo(path: string, top: string): void {
  for (let at = path; ; at = dirname(at)) {
    syncPath(at);
    if (at === top || at === dirname(at)) return;
  }
}

function syncPath(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function crash(sentence: string): void {
  writeSync(2, sentence);
  process.kill(process.pid, "SIGKILL");
}
