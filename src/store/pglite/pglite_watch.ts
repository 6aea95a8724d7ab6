/**
 * Whether the directory of an embedded store is still there. A directory that was deleted, moved or unmounted under a running
 * process makes PostgreSQL inside it fail at every statement, for ever; what it holds in memory can no longer be made durable.
 */
import { statSync, writeSync } from "node:fs";
import { join } from "node:path";

const LOOK_INTERVAL_MS = 1_000;

export interface WatchParts {
  readonly dir: string;
  /** Ends the process; nothing after it may be acknowledged. */
  readonly crash?: (sentence: string) => void;
  readonly interval_ms?: number;
}

/** Looks every second, without keeping the process; answers what ends the watch. */
export function watchDirectory({ dir, crash = end, interval_ms = LOOK_INTERVAL_MS }: WatchParts): () => void {
  const first = inodeOf(dir);
  const timer = setInterval(() => {
    if (inodeOf(dir) === first) return;
    clearInterval(timer);
    crash(
      `store_gone: the store in ${dir} was deleted, moved or unmounted while it was in use. Tidegate stops; ` +
        "put the directory back, or restore a backup into it, then start again.\n",
    );
  }, interval_ms);
  timer.unref();
  return () => clearInterval(timer);
}

/** Of a file that every database has; null when it is not there. */
function inodeOf(dir: string): number | null {
  return statSync(join(dir, "postgres", "PG_VERSION"), { throwIfNoEntry: false })?.ino ?? null;
}

function end(sentence: string): void {
  writeSync(2, sentence);
  process.exit(1);
}
