/**
 * One process per directory. PGlite ignores `postmaster.pid`: two opens of the same directory both succeed and corrupt it.
 *
 * The lock is the kernel's own (an exclusive SQLite transaction on an empty file): it is gone the moment its process is,
 * whatever killed it, so there is no stale lock to judge, and process ids, which lie across containers, decide nothing.
 * `owner.json` beside it only tells people who holds it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { StoreError } from "../errors.ts";

export interface DirectoryLock {
  release(): void;
}

/**
 * Takes the lock of `dir` or fails at once.
 * @throws StoreError store_locked naming the process that holds it
 */
export async function lockDirectory(dir: string): Promise<DirectoryLock> {
  const { DatabaseSync } = await import("node:sqlite");
  const file = new DatabaseSync(join(dir, "lock"));
  try {
    file.exec("pragma journal_mode = memory; begin exclusive");
  } catch (error) {
    file.close();
    if (isBusy(error)) throw locked(dir);
    throw error;
  }
  writeFileSync(join(dir, "owner.json"), `${JSON.stringify({ pid: process.pid, host: hostname() })}\n`, {
    mode: 0o600,
  });
  return { release: () => file.close() };
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}

function locked(dir: string): StoreError {
  const owner = readOwner(dir);
  return new StoreError(
    "store_locked",
    `The store in ${dir} is in use by ${owner.sentence}. Stop that process, or give this one a store.data_dir of its own.`,
    { dir, pid: owner.pid },
  );
}

function readOwner(dir: string): { sentence: string; pid: number } {
  try {
    const { pid, host } = JSON.parse(readFileSync(join(dir, "owner.json"), "utf8")) as { pid: number; host: string };
    return { sentence: `process ${pid} on ${host}`, pid };
  } catch {
    return { sentence: "another process", pid: 0 };
  }
}
