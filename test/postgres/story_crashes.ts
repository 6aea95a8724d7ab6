/**
 * `kill -9` on PostgreSQL and on the daemon, under load and with commits whose answers are lost: what was acknowledged is there,
 * sums are exact, nothing is paid twice, and the daemon goes on soon after the database is back.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { Overview } from "../../src/api/index.ts";
import { createSeededRandom } from "../../src/simulate/seeded_random.ts";
import { openPostgres, type Store, StoreError } from "../../src/store/index.ts";
import { type CuttingProxy, startCuttingProxy } from "../parts/cutting_proxy.ts";
import { createDatabase, Eyes, paidTwice, type SharedWorld, startKnown, startSharedWorld } from "../parts/daemons.ts";
import { openWallets, type Payment, pay, paymentProblems } from "../parts/daemons_books.ts";
import { throughPort } from "../parts/daemons_line.ts";
import { nowIn } from "../parts/daemons_world.ts";
import { type OwnPostgres, startOwnPostgres } from "../parts/postgres.ts";
import { type RunningTidegate, until } from "../parts/process.ts";
import { busy } from "../parts/process_config.ts";

/** More on demand. */
const ROUNDS = Number(process.env.TIDEGATE_TEST_KILL_ROUNDS ?? "5");
export const STORY_LIMIT_MS = 120_000 + ROUNDS * 30_000;
/** From the moment the database answers again to the next turn of a daemon that lived on. */
const RECOVERY_MS_MAX = 5_000;
const LIFE_MS_MAX = 1_500;
const CUTTING_MS = 100;
const WRITERS = 4;
const WRITE_PAUSE_MS = 20;
const PAYMENTS_MAX = 2_000;
const WALLETS = ["a", "b", "c"];
const random = createSeededRandom(Number(process.env.TIDEGATE_TEST_SEED ?? "1"));

let server: OwnPostgres;
let world: SharedWorld;
let proxy: CuttingProxy;
let eyes: Eyes;
let load: Store;
let daemon_url: string;
async function open(): Promise<void> {
  server = await startOwnPostgres();
  world = await startSharedWorld((file) => {
    busy(file);
    file.sandbox.speed = "2h/s";
  });
  const url = await createDatabase(server.url);
  eyes = await Eyes.open(url);
  load = await openPostgres({ url: await createDatabase(server.url) });
  await openWallets(load, WALLETS);
  const { hostname, port } = new URL(url);
  proxy = await startCuttingProxy({ host: hostname, port: Number(port) });
  daemon_url = throughPort(url, proxy.port);
}

async function close(): Promise<void> {
  await eyes.store.close();
  await load.close();
  await proxy.close();
  await world.stop();
  await server.stop();
}

/** Loses nothing and doubles nothing, however often both are killed. */
export async function killedDatabase(): Promise<void> {
  await open();
  try {
    await tell();
  } finally {
    await close();
  }
}

async function tell(): Promise<void> {
  let { tidegate, instance } = await startKnown(world, eyes, daemon_url);
  const stop = new AbortController();
  const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer, stop.signal)));
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      await sleep(random.next() * LIFE_MS_MAX);
      await loseAnswers();
      const lease_until = (await eyes.leader())?.until ?? 0;
      await server.kill();
      const both = round % 3 === 0;
      if (both) await tidegate.kill();
      await server.restart();
      const back_at = performance.now();
      const before = { cycle_at: nowIn(world), lease_until };
      if (both) ({ tidegate, instance } = await startKnown(world, eyes, daemon_url));
      await until("the daemon's next turn", () => takesTurns(tidegate, instance, before));
      if (!both) expect(performance.now() - back_at, `round ${round}`).toBeLessThan(RECOVERY_MS_MAX);
    }
    stop.abort();
    const acknowledged = (await writing).flat();
    expect(acknowledged.length).toBeGreaterThan(ROUNDS * WRITERS);
    expect(await paymentProblems(load, WALLETS, acknowledged)).toEqual([]);
    await eyes.settleMore(1);
    expect(await tidegate.stop()).toMatchObject({ exit_code: 0 });
    expect(paidTwice(world)).toEqual([]);
    expect(await eyes.problems(world)).toEqual([]);
  } finally {
    stop.abort();
    await tidegate.kill();
  }
}

/** For a moment every commit of the daemon is done and its answer is lost. */
async function loseAnswers(): Promise<void> {
  proxy.cutAt("commit", "after");
  await sleep(CUTTING_MS);
  proxy.mend();
}

/** It renewed its lead after the kill, or stands by for the lease of its dead predecessor to end. */
async function takesTurns(
  tidegate: RunningTidegate,
  instance: string,
  before: { readonly cycle_at: number; readonly lease_until: number },
): Promise<boolean> {
  const lease = await eyes.leader();
  if (lease?.owner === instance && lease.until > before.lease_until) return true;
  return ((await lastCycleAt(tidegate)) ?? 0) > before.cycle_at;
}

async function lastCycleAt(tidegate: RunningTidegate): Promise<number | null> {
  const { status, body } = await tidegate.ask<Overview>("GET", "/v1/overview");
  return status === 200 && body.last_cycle_at !== null ? Date.parse(body.last_cycle_at) : null;
}

/** Pays from wallet to wallet, each payment until it is acknowledged, and answers which were. */
async function write(writer: number, signal: AbortSignal): Promise<Payment[]> {
  const acknowledged: Payment[] = [];
  for (let n = 0; n < PAYMENTS_MAX && !signal.aborted; n += 1) {
    const [from = "", to = ""] = [WALLETS[(writer + n) % 3], WALLETS[(writer + n * 2 + 1) % 3]];
    if (from === to) continue;
    const payment = { key: `w${writer}-${n}`, from, to, amount: BigInt(n + 1) };
    await until(`${payment.key} to be booked`, () => isBooked(payment));
    acknowledged.push(payment);
    await sleep(WRITE_PAUSE_MS);
  }
  return acknowledged;
}

async function isBooked(payment: Payment): Promise<boolean> {
  try {
    await pay(load, payment);
    return true;
  } catch (error) {
    if (error instanceof StoreError && ["unavailable", "conflict"].includes(error.kind)) return false;
    throw error;
  }
}
