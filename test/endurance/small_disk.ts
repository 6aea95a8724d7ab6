/** A small disk that can be filled and emptied: a file system in memory, which only root may mount. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BLOCK = Buffer.alloc(64 * 1_024, 1);

export interface SmallDisk {
  readonly dir: string;
  /** Not a byte is free when this returns. */
  fill(): void;
  /** Everything that `fill` took is free again. */
  empty(): void;
  remove(): void;
}

/** What this machine lacks, as a sentence; null when there is nothing in the way. */
export function missingForSmallDisks(): string | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "A full disk is played on Linux, as root.";
  return spawnSync("sh", ["-c", "command -v mount"]).status === 0 ? null : "mount is missing: apt-get install mount.";
}

export function makeSmallDisk(megabytes: number): SmallDisk {
  const dir = mkdtempSync(join(tmpdir(), "tidegate-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", dir]);
  chmodSync(dir, 0o755);
  const ballast = join(dir, "ballast");
  return {
    dir,
    fill: () => writeUntilFull(ballast),
    empty: () => rmSync(ballast, { force: true }),
    remove: () => {
      execFileSync("umount", ["-l", dir]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function writeUntilFull(path: string): void {
  const file = openSync(path, "a");
  try {
    for (;;) writeSync(file, BLOCK);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  } finally {
    closeSync(file);
  }
}
