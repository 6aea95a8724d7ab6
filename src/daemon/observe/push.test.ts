import { beforeEach, describe, expect, it } from "vitest";
import { type DaemonState, newState } from "../state.ts";
import { type Bench, MINUTE, openBench } from "../suite_daemon.ts";
import type { DaemonDeps } from "../types.ts";
import { observeDue, subscribeAll } from "./observe.ts";

const NEVER = new AbortController().signal;

let bench: Bench;
let deps: DaemonDeps;
let state: DaemonState;
let hint: (account: string | null) => void;
let reads: number;
let during: () => void;
beforeEach(async () => {
  bench = openBench();
  reads = 0;
  during = () => {};
  const venue = bench.venues.get("exchange");
  if (venue === undefined) throw new Error("no venue exchange");
  const read = venue.getBalance.bind(venue);
  Object.assign(venue, {
    subscribe: (listener: typeof hint) => {
      hint = listener;
      return () => {};
    },
    getBalance: async (wallet: Parameters<typeof read>[0]) => {
      reads += 1;
      during();
      return read(wallet);
    },
  });
  bench.start("one", (made) => {
    deps = made;
    return made;
  });
  state = newState();
  subscribeAll(deps, state, () => {});
  await look();
  await bench.pass(MINUTE);
  reads = 0;
});

const look = (): Promise<boolean> => bench.finish(observeDue(deps, state, NEVER));

describe("a push", () => {
  it("after a quiet time is read at once, and a flood of them once per pause", async () => {
    expect(await look()).toBe(false);
    hint("exchange-usdt");
    await look();
    expect(reads).toBe(1);
    for (let n = 0; n < 50; n += 1) hint("exchange-usdt");
    expect(state.wallet_due_at.get("exchange-usdt")).toBeGreaterThan(bench.clock.now());
    await bench.pass(MINUTE);
    await look();
    expect(reads).toBe(2);
  });

  it("during a read is not forgotten: what it spoke of may have come after the balance", async () => {
    hint("exchange-usdt");
    during = () => {
      during = () => {};
      hint("exchange-usdt");
    };
    await look();
    expect(reads).toBe(1);
    await bench.pass(MINUTE);
    await look();
    expect(reads).toBe(2);
    await bench.pass(MINUTE);
    await look();
    expect(reads).toBe(2);
  });

  it("of another account changes nothing", async () => {
    hint("somebody-else");
    await look();
    expect(reads).toBe(0);
  });
});
