/**
 * A power cut, as far as one machine can play it: the store writes to an ext4 file system in an image; the writer is
 * stopped between two instructions; the image is copied as it is, without what the kernel still held in memory; the copy
 * is mounted and the store in it opened. Needs root, loop devices and mkfs.ext4. It models the loss of the page cache, not
 * torn sectors or a disk that lies.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { openPglite, tables } from "../../src/store/index.ts";

const WRITER = join(import.meta.dirname, "../parts/store_writer.ts");
const IMAGE_BYTES = 1024 ** 3;
const OPEN_TIMEOUT_MS = 60_000;
/** What was printed before the stop is in the pipe already. */
const DRAIN_MS = 300;

export interface PowerCut {
  /** Time between the first commit and the cut. */
  readonly after_ms: number;
  /** Size of what each commit writes besides its two rows. */
  readonly payload_bytes: number;
  /** False: the control, without the cure. */
  readonly sync: boolean;
}

export interface AfterCut {
  readonly acked: number;
  /** Commits found after the cut; null when the store did not open. */
  readonly found: number | null;
  /** The counter and the rows say the same. */
  readonly consistent: boolean;
  readonly error: string | null;
}

/** What this machine lacks, as a sentence; null when power can be cut here. */
export function missingForPowerCuts(): string | null {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return "Power cuts are played on Linux, as root.";
  for (const program of ["mkfs.ext4", "mount", "umount"]) {
    if (spawnSync("sh", ["-c", `command -v ${program}`]).status !== 0)
      return `${program} is missing: apt-get install e2fsprogs mount.`;
  }
  return existsSync("/dev/loop-control")
    ? null
    : "There are no loop devices: modprobe loop, or run the container with them.";
}

export async function cutPower(cut: PowerCut): Promise<AfterCut> {
  const work = mkdtempSync(join(tmpdir(), "tidegate-powercut-"));
  const mounted: string[] = [];
  const mount = (image: string, name: string): string => {
    const point = join(work, name);
    mkdirSync(point);
    execFileSync("mount", ["-o", "loop", image, point]);
    mounted.push(point);
    return point;
  };
  const image = join(work, "image");
  let writer: Writer | null = null;
  try {
    writeFileSync(image, "");
    truncateSync(image, IMAGE_BYTES);
    execFileSync("mkfs.ext4", ["-q", "-F", image]);
    writer = startWriter(join(mount(image, "before"), "store"), cut);
    await writer.opened;
    await sleep(cut.after_ms);
    await stop(writer.process);
    await sleep(DRAIN_MS);
    const acked = writer.acked();
    execFileSync("cp", ["--sparse=always", image, join(work, "copy")]);
    return { acked, ...(await look(join(mount(join(work, "copy"), "after"), "store"))) };
  } finally {
    writer?.process.kill("SIGKILL");
    await writer?.exited;
    for (const point of mounted.reverse()) execFileSync("umount", [point]);
    rmSync(work, { recursive: true, force: true });
  }
}

interface Writer {
  readonly process: ChildProcess;
  readonly opened: Promise<void>;
  readonly exited: Promise<void>;
  readonly acked: () => number;
}

function startWriter(dir: string, cut: PowerCut): Writer {
  const args = [WRITER, dir, "--payload", String(cut.payload_bytes), ...(cut.sync ? [] : ["--no-sync"])];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let acked = 0;
  const opened = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("The writer did not open its store in time.")), OPEN_TIMEOUT_MS);
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("acked ")) acked = Number(line.slice("acked ".length));
      if (line.startsWith("failed ")) reject(new Error(line));
      if (acked === 0) return;
      clearTimeout(late);
      resolve();
    });
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return { process: child, opened, exited, acked: () => acked };
}

/** Stops it between two instructions, for good. */
async function stop(child: ChildProcess): Promise<void> {
  child.kill("SIGSTOP");
  const stopped = () => /^State:\s+T/m.test(readFileSync(`/proc/${child.pid}/status`, "utf8"));
  while (!stopped()) await sleep(1);
}

async function look(dir: string): Promise<Omit<AfterCut, "acked">> {
  try {
    const store = await openPglite({ dir });
    const [counter, rows] = await store.read("look", async (tx) => [
      (await tx.get(tables.control, { name: "writer" }))?.version ?? 0,
      await tx.count(tables.hold),
    ]);
    await store.close();
    return { found: counter ?? 0, consistent: counter === rows, error: null };
  } catch (error) {
    return { found: null, consistent: false, error: error instanceof Error ? error.message : String(error) };
  }
}
