import { describe, expect, it } from "vitest";
import { assert } from "../errors/index.ts";
import { FAULTS, type FaultRates, runSeed, simulate, traceSeed } from "./index.ts";

const NO_FAULTS = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as unknown as FaultRates;
const STOPWATCH = { now: () => 0 };

describe("the simulator", { timeout: 300_000 }, () => {
  it("says what it did, seed by seed", async () => {
    const told: number[] = [];
    const report = await simulate({ seeds: 3, hours: 24, from: 7, onSeed: (done) => told.push(done) }, STOPWATCH);
    expect(told).toEqual([1, 2, 3]);
    expect(report).toMatchObject({ seeds: 3, simulated_hours: 72, violations: [] });
    expect(report.transfers).toBeGreaterThan(0);
  });

  it("replays a seed exactly, and another seed otherwise", async () => {
    const first = await traceSeed(5, 48);
    expect(await traceSeed(5, 48)).toBe(first);
    expect(await traceSeed(6, 48)).not.toBe(first);
  });

  it("without faults, ends with everything settled and nothing held", async () => {
    const { violations, states_reached, crash_restarts } = await runSeed({ seed: 3, hours: 72, rates: NO_FAULTS });
    expect(violations).toEqual([]);
    expect(crash_restarts).toBe(0);
    expect(states_reached.settled).toBeGreaterThan(0);
    expect(states_reached.held).toBeUndefined();
  });

  it("seed 219: an arrival, what took it back and the one that stands are claimed in the order in which they happened", async () => {
    // Sorted by name, movement 10 came before 8 and 9; and what people had booked to close a break could not be taken back.
    const { violations } = await runSeed({ seed: 219, hours: 72 });
    expect(violations).toEqual([]);
  });

  it("regression: people end what somebody else executed before it was ever prepared", async () => {
    const { violations, faults_reached } = await runSeed({ seed: 89, hours: 72 });
    expect(violations).toEqual([]);
    expect(faults_reached.paid_by_others ?? 0).toBeGreaterThan(0);
    expect(faults_reached.resolved_by_people ?? 0).toBeGreaterThan(0);
  });
});

describe("the guard", () => {
  it("lets the simulator and the test runner use the machine, and puts everything back", async () => {
    const { now } = Date;
    const { setTimeout: timer } = globalThis;
    await runSeed({ seed: 1, hours: 1 });
    assert(Date.now === now && globalThis.setTimeout === timer, "the globals are as before");
  });
});
