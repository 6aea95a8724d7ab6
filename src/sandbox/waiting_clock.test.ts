import { describe, expect, it } from "vitest";
import type { Clock, Instant } from "../ports/index.ts";
import { aheadOf, WaitingClock, type WaitingClockOptions } from "./waiting_clock.ts";

const START = Date.UTC(2026, 0, 5);
const MINUTE = 60_000;
const RATE = 900;
const AHEAD = 30 * MINUTE;
const poll = (poll_min: number, stale_min: number) =>
  ({ poll_interval_ms: poll_min * MINUTE, stale_after_ms: stale_min * MINUTE }) as never;
const none = { sources: [], policy: {}, poll_interval_ms: 0 } as never;
const CONFIG = { wallets: [poll(10, 70)], prices: none };

function open(options: Partial<WaitingClockOptions> = {}) {
  let real_ms = 0;
  let cycle_at: Instant | null = null;
  const inner: Clock = { rate: RATE, now: () => START + Math.trunc(real_ms * RATE), sleep: () => Promise.resolve() };
  const clock = new WaitingClock({ inner, ...options });
  clock.waitFor({ lastCycleAt: () => cycle_at, config: CONFIG });
  return {
    clock,
    pass: (ms: number) => {
      real_ms += ms;
      return clock.now() - START;
    },
    cycle: () => {
      cycle_at = clock.now();
    },
  };
}

describe("a clock that waits for a daemon", () => {
  it("runs at its speed while cycles come in time, and reaches all of it", () => {
    const { pass, cycle, clock } = open();
    for (let second = 1; second <= 20; second += 1) {
      expect(pass(1_000)).toBe(second * RATE * 1_000);
      cycle();
    }
    expect(clock.shareReached()).toBe(1);
  });

  it("goes on as real time does beyond its bound, so that whoever waits for time is not kept for ever", () => {
    const { pass, cycle, clock } = open();
    cycle();
    expect(pass(2_000)).toBe(AHEAD);
    expect(pass(10_000)).toBe(AHEAD + 10_000);
    expect(clock.shareReached()).toBeLessThan(0.2);
  });

  it("catches up with nothing: after the cycle it goes on at its speed from where it stands", () => {
    const { pass, cycle } = open();
    pass(60_000);
    const before = pass(0);
    cycle();
    expect(pass(0)).toBe(before);
    expect(pass(1_000)).toBe(before + 1_000 * RATE);
  });

  it("never goes back, whatever the daemon says of its cycles", () => {
    let cycle_at: Instant | null = START + 5 * AHEAD;
    const { clock, pass } = open();
    clock.waitFor({ lastCycleAt: () => cycle_at, config: CONFIG });
    const far = pass(6_000);
    cycle_at = START;
    expect(pass(0)).toBe(far);
    cycle_at = null;
    expect(pass(10)).toBe(far + 10);
  });

  it("waits for the first cycle as well, and counts no speed before it", () => {
    const { pass, cycle, clock } = open();
    expect(pass(100_000)).toBe(AHEAD + 98_000);
    expect(clock.shareReached()).toBe(1);
    cycle();
    expect(pass(1_000)).toBe(AHEAD + 98_000 + 1_000 * RATE);
    expect(clock.shareReached()).toBe(1);
  });

  it("waits sooner when a wallet comes that is older sooner", () => {
    let wallets = CONFIG.wallets;
    const { clock, pass } = open();
    clock.waitFor({
      lastCycleAt: () => START,
      config: {
        get wallets() {
          return wallets;
        },
        prices: none,
      },
    });
    expect(pass(1_000)).toBe(15 * MINUTE);
    wallets = [...CONFIG.wallets, poll(10, 50)];
    expect(pass(1_000)).toBe(20 * MINUTE + Math.trunc((10 * MINUTE) / RATE));
  });

  it("says at the end of each window what it reached", () => {
    const shares: number[] = [];
    const { pass, cycle } = open({ told: (share) => shares.push(Math.round(share * 100)) });
    cycle();
    for (let second = 0; second < 60; second += 1) {
      pass(1_000);
      if (second >= 20) cycle();
    }
    expect(shares[0]).toBeLessThan(50);
    expect(shares[1]).toBeLessThan(50);
    expect(shares.at(-1)).toBe(100);
  });

  it("does not run slower than real time, whose speed may be all that was asked for", () => {
    const inner: Clock = { now: () => START + real_ms, sleep: () => Promise.resolve() };
    let real_ms = 0;
    const clock = new WaitingClock({ inner });
    real_ms = 5_000;
    expect(clock.now()).toBe(START + 5_000);
  });
});

describe("how far it may go ahead", () => {
  it("is half of what the tightest wallet has left", () => {
    expect(aheadOf({ wallets: [poll(10, 120), poll(60, 240)], prices: none })).toBe(55 * MINUTE);
  });

  it("is no less than the shortest time between two readings", () => {
    expect(aheadOf({ wallets: [poll(30, 30)], prices: none })).toBe(30 * MINUTE);
  });

  it("counts prices", () => {
    const prices = { sources: [{}], policy: { max_age_ms: 30 * MINUTE }, poll_interval_ms: 10 * MINUTE } as never;
    expect(aheadOf({ wallets: [poll(5, 600)], prices })).toBe(10 * MINUTE);
  });
});
