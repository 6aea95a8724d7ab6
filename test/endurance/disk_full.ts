/** The disk runs full under load: nothing acknowledged is lost, people get a sentence, and it goes on when there is room again. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openPglite, openPostgres, type Store, tables } from "../../src/store/index.ts";
import { createDatabase } from "../parts/daemons.ts";
import { openWallets, type Payment, pay, paymentProblems } from "../parts/daemons_books.ts";
import { startOwnPostgres } from "../parts/postgres.ts";
import { makeSmallDisk } from "./small_disk.ts";

const WRITER = join(import.meta.dirname, "../parts/store_writer.ts");
const WALLETS = ["a", "b"];
const BIG = "x".repeat(200_000);
const BEFORE = 50;
const TRIES_MAX = 600;
const WAIT_MS = 60_000;

export interface DiskFullResult {
  /** Commits acknowledged before the disk was full, and after there was room again. */
  readonly acked: number;
  readonly acked_after: number;
  /** What the one who wrote was told. */
  readonly said: string;
  /** Everything that is not as it should be. */
  readonly problems: readonly string[];
}

export async function fillUnderPostgres(): Promise<DiskFullResult> {
  const disk = makeSmallDisk(600);
  const server = await startOwnPostgres(disk.dir);
  const store = await openPostgres({ url: await createDatabase(server.url) });
  try {
    await openWallets(store, WALLETS);
    const acked: Payment[] = [];
    for (let n = 0; n < BEFORE; n += 1) acked.push(await payNext(store, acked.length));
    disk.fill();
    let said = "";
    for (let n = 0; n < TRIES_MAX && said === ""; n += 1) {
      try {
        await fatten(store, n);
        acked.push(await payNext(store, acked.length));
      } catch (error) {
        said = sentence(error);
      }
    }
    const before = acked.length;
    disk.empty();
    // Out of room for its own log PostgreSQL ends itself, as it must; its supervisor starts it again.
    await server.kill();
    await server.restart();
    for (let n = 0; n < BEFORE; n += 1) acked.push(await payNext(store, acked.length));
    const problems = await paymentProblems(store, WALLETS, acked);
    if (said === "") problems.push("the disk was full and nobody was told");
    return { acked: before, acked_after: acked.length - before, said, problems };
  } finally {
    await store.close();
    await server.stop();
    disk.remove();
  }
}

/** One after the other, each with a key of its own: one that failed is tried again under the same key. */
async function payNext(store: Store, n: number): Promise<Payment> {
  const [from = "", to = ""] = n % 2 === 0 ? WALLETS : WALLETS.toReversed();
  const payment = { key: `p${n}`, from, to, amount: BigInt(n + 1) };
  await pay(store, payment);
  return payment;
}

/** A row that needs room. */
async function fatten(store: Store, n: number): Promise<void> {
  const value = Array.from(BIG, (_, at) => ((at * 7_919 + n * 104_729) % 36).toString(36)).join("");
  await store.tx("fatten", (tx) => tx.upsert(tables.control, { name: `fat-${n}`, value, version: 1, updated_at: 0 }));
}

export async function fillUnderPglite(): Promise<DiskFullResult> {
  const disk = makeSmallDisk(160);
  const dir = join(disk.dir, "store");
  try {
    const first = write(dir);
    await first.untilAcked(BEFORE);
    disk.fill();
    const said = await first.ended();
    const before = first.acked();
    disk.empty();
    const store = await openPglite({ dir });
    const problems = await countProblems(store, before);
    await store.close();
    if (said === "") problems.push("the disk was full and nobody was told");
    const second = write(dir);
    await second.untilAcked(before + BEFORE);
    await second.kill();
    return { acked: before, acked_after: second.acked() - before, said, problems };
  } finally {
    disk.remove();
  }
}

async function countProblems(store: Store, acked: number): Promise<string[]> {
  const [counter, rows] = await store.read("look", async (tx) => [
    (await tx.get(tables.control, { name: "writer" }))?.version ?? 0,
    await tx.count(tables.hold),
  ]);
  const problems: string[] = [];
  if ((counter ?? 0) < acked) problems.push(`${acked} were acknowledged and ${counter} are there`);
  if (counter !== rows) problems.push(`the counter says ${counter} and there are ${rows} rows`);
  return problems;
}

function write(dir: string) {
  const child: ChildProcess = spawn(process.execPath, [WRITER, dir, "--payload", "100000"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  const take = (chunk: Buffer): void => {
    out = (out + chunk.toString()).slice(-100_000);
  };
  child.stdout?.on("data", take);
  child.stderr?.on("data", take);
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const acked = (): number => Number([...out.matchAll(/^acked (\d+)$/gm)].at(-1)?.[1] ?? 0);
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  return {
    acked,
    kill,
    untilAcked: async (count: number) => {
      for (let waited = 0; acked() < count; waited += 20) {
        if (waited > WAIT_MS || child.exitCode !== null) throw new Error(`The writer stands still: ${out.slice(-500)}`);
        await sleep(20);
      }
    },
    /** What it said at its end; one that never ends is a problem of its own. */
    ended: async (): Promise<string> => {
      const given_up = new AbortController();
      const late = sleep(WAIT_MS, "late", { signal: given_up.signal }).catch(() => "in time");
      if ((await Promise.race([exited, late])) === "late") {
        await kill();
        return "";
      }
      given_up.abort();
      return out.replaceAll(/^(acked|open) \d+\n/gm, "").slice(0, 500);
    },
  };
}

function sentence(error: unknown): string {
  return error instanceof Error ? `${"code" in error ? String(error.code) : ""}: ${error.message}` : String(error);
}
