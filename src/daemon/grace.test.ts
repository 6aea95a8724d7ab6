import { expect, it } from "vitest";
import { VirtualClock } from "../simulate/virtual_clock.ts";
import { patienceAfter } from "./grace.ts";
import { STOP_GRACE_REAL_MS } from "./limits.ts";

const never = new Promise<void>(() => {});

it("waits for work that goes on, and passes on how it ends", async () => {
  const patience = patienceAfter(new AbortController().signal, new VirtualClock(0, 1), new AbortController().signal);
  for (let cycle = 0; cycle < 3; cycle += 1) await patience(Promise.resolve());
  await expect(patience(Promise.reject(new Error("broken")))).rejects.toThrow("broken");
});

it("gives a cycle its time after a stop, and the next ones none", async () => {
  const clock = new VirtualClock(0, 1);
  const stop = new AbortController();
  const patience = patienceAfter(stop.signal, clock, new AbortController().signal);
  await patience(Promise.resolve());
  let ended = false;
  const waiting = patience(never).then(() => {
    ended = true;
  });
  stop.abort();
  await clock.run(STOP_GRACE_REAL_MS - 1);
  expect(ended).toBe(false);
  await clock.run(STOP_GRACE_REAL_MS + 1);
  await waiting;
  await patience(never);
});

it("ends when nobody waits for the stop any more", async () => {
  const over = new AbortController();
  const patience = patienceAfter(AbortSignal.abort(), new VirtualClock(0, 1), over.signal);
  const waiting = patience(never);
  over.abort();
  await waiting;
});
