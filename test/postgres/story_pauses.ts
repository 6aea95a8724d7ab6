/**
 * Processes that stand still and wake: a suspended machine, a long pause. Whoever wakes believes that it still leads; the fences
 * refuse what it writes, and no venue is ever asked for a second payment.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { createSeededRandom } from "../../src/simulate/seeded_random.ts";
import { createDatabase, Eyes, paidTwice, type SharedWorld, startKnown, startSharedWorld } from "../parts/daemons.ts";
import { type HeldLine, startHeldLine, throughPort } from "../parts/daemons_line.ts";
import { type RunningTidegate, until } from "../parts/process.ts";
import { busy } from "../parts/process_config.ts";

/** More of both on demand; seconds of the longest pause up to 120. */
const ROUNDS = Number(process.env.TIDEGATE_TEST_PAUSE_ROUNDS ?? "2");
const PAUSE_MIN_MS = 5_000;
const PAUSE_MAX_MS = Number(process.env.TIDEGATE_TEST_PAUSE_MAX_S ?? "15") * 1_000;
const RUN_MS_MAX = 2_000;
/** A round is a pause and a take-over. */
export const STORY_LIMIT_MS = 120_000 + ROUNDS * (PAUSE_MAX_MS + 60_000);
const random = createSeededRandom(Number(process.env.TIDEGATE_TEST_SEED ?? "1"));
const SERVER = process.env.TIDEGATE_TEST_DATABASE_URL ?? "";

let world: SharedWorld;
let url: string;
let eyes: Eyes;
let line: HeldLine;
async function open(): Promise<void> {
  world = await startSharedWorld((file) => {
    busy(file);
    // The other one takes over after 10 s, and may repeat a request within half of a key's 24 h.
    file.sandbox.speed = "45m/s";
  });
  url = await createDatabase(SERVER);
  eyes = await Eyes.open(url);
  const { hostname, port } = new URL(url);
  line = await startHeldLine({ host: hostname, port: Number(port || "5432") });
}

async function close(): Promise<void> {
  await eyes.store.close();
  await line.close();
  await world.stop();
}

const transfer = async (id: string) => (await eyes.transfers()).find((row) => row.id === id);
const paid = (reference: string) =>
  [...world.sandbox.world.state.transfers.values()].filter((row) => row.reference === reference).length;

/** The write that allows the call: from `approved` to `submitting`. */
const makesDurable = (message: Buffer) =>
  message.includes('update "transfer"') && message.includes("submitting") && message.includes("approved");

/** Paused at random and between its write and the call, nobody pays twice. */
export async function pausedLeaders(): Promise<void> {
  await open();
  try {
    await tell();
  } finally {
    await close();
  }
}

async function tell(): Promise<void> {
  const first = await startKnown(world, eyes, throughPort(url, line.port));
  const second = await startKnown(world, eyes, url);
  // Only now: a first payment held before the daemon calls itself ready would keep it from ever being ready.
  const holding = line.holdCommit(makesDurable);
  const running = new Map([first, second].map(({ tidegate, instance }) => [instance, tidegate]));
  try {
    await pausedBeforeTheCall(first.tidegate, holding);
    for (let round = 0; round < ROUNDS; round += 1) await pausedAtRandom(running);
    await eyes.settleMore(1);
    for (const tidegate of running.values()) expect(await tidegate.stop()).toMatchObject({ exit_code: 0 });
    expect(paidTwice(world)).toEqual([]);
    expect(await eyes.problems(world)).toEqual([]);
  } finally {
    for (const tidegate of running.values()) await tidegate.kill();
  }
}

/** The leader has written that it is about to send, and stands still before it does. The other sends; then it wakes. */
async function pausedBeforeTheCall(leader: RunningTidegate, holding: Promise<{ release(): void }>): Promise<void> {
  const hold = await holding;
  leader.pause();
  hold.release();
  // The commit is on its way to the server or done; what the server says next may still be about the write before it.
  // Others may be on their way beside it, with their request sent: the one that stands still has sent nothing.
  const submitting = async () =>
    (await eyes.transfers()).find(({ state, reference }) => state === "submitting" && paid(reference) === 0);
  await until("the write that allows the call", async () => (await submitting()) !== undefined);
  const row = await submitting();
  expect(row?.lease_owner).toBe((await eyes.leader())?.owner);
  const { id, reference, fence } = row ?? { id: "", reference: "", fence: 0 };
  expect(paid(reference)).toBe(0);
  // It sends the same bytes, or holds the transfer for people when it came too late for the venue's key.
  await until("the other daemon to take it over", async () => {
    const now = await transfer(id);
    return now !== undefined && now.fence > fence && (paid(reference) > 0 || now.state === "held");
  });
  const before = paid(reference);
  leader.wake();
  await until("the woken daemon to see that it is too late", async () =>
    leader.stderr.includes("Somebody else changed this transfer"),
  );
  expect(paid(reference)).toBe(before);
}

async function pausedAtRandom(running: ReadonlyMap<string, RunningTidegate>): Promise<void> {
  await sleep(random.next() * RUN_MS_MAX);
  const owner = (await eyes.leader())?.owner ?? "";
  const leader = running.get(owner);
  const pause_ms = PAUSE_MIN_MS + random.next() * (PAUSE_MAX_MS - PAUSE_MIN_MS);
  leader?.pause();
  await sleep(pause_ms);
  leader?.wake();
  expect(paidTwice(world), `after ${Math.round(pause_ms)} ms`).toEqual([]);
}
