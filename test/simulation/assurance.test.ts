/**
 * What every change has to pass: 300 stories drawn by seeds, and death at every single point of the written ones, in two processes of
 * their own. More of it, and what it found so far: `npm run assurance`, docs/explanation/assurance.md.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { runPool } from "../../scripts/assurance_pool.ts";
import { crashesOf, nameOf, type Result, seedsOf, tasksOf } from "../../scripts/assurance_tasks.ts";
import { FAULTS, SCENARIOS } from "../../src/simulate/index.ts";

const SEEDS = 300;
const WORKERS = 2;
/** Only the one venue with an approval of its own has them, a few times in hundreds of seeds; each has a story. */
const RARE: ReadonlySet<string> = new Set(["venue_denies", "tampered_at_venue"]);
/** What people and the world did beside the faults. */
const NOTED = [
  "resolved_by_people",
  "break_closed_by_people",
  "envelope_active",
  "envelope_used",
  "envelope_capped",
  "envelope_expired",
];

describe("the simulator at length", () => {
  const results: Result[] = [];
  const failures: string[] = [];

  beforeAll(async () => {
    const waiting = tasksOf({ seeds: SEEDS, pairs: 0 }).filter(({ kind }) => kind !== "mutant");
    await runPool(
      WORKERS,
      () => waiting.shift(),
      (task, { result, failure }) => {
        if (result === undefined) failures.push(`${nameOf(task)}: ${failure ?? "the worker died"}`);
        else results.push(result);
      },
    );
  }, 1_800_000);

  it("runs all of it", () => {
    expect(failures).toEqual([]);
  });

  it("finds no violation in seeds with every kind of fault, and reaches what it claims to test", () => {
    const report = seedsOf(results);
    expect(report.violations).toEqual([]);
    expect(report).toMatchObject({ seeds: SEEDS, simulated_hours: SEEDS * 72 });
    expect(report.transfers).toBeGreaterThan(5 * SEEDS);
    expect(report.faulted_transfers).toBeGreaterThan(4 * SEEDS);
    expect(report.crash_restarts).toBeGreaterThan(2 * SEEDS);
    for (const name of [...FAULTS.filter((fault) => !RARE.has(fault)), ...NOTED]) {
      expect(report.faults_reached[name] ?? 0, name).toBeGreaterThan(0);
    }
    for (const state of ["awaiting_approval", "submitting", "submitted", "settled", "failed", "held"]) {
      expect(report.states_reached[state] ?? 0, state).toBeGreaterThan(0);
    }
  });

  it("finds none when the process dies at any single point of any story", () => {
    const report = crashesOf(results);
    expect(report.violations).toEqual([]);
    expect(report.scenarios.map(({ name }) => name).sort()).toEqual(SCENARIOS.map(({ name }) => name).sort());
    expect(report.kills).toBe(report.moments);
    expect(report.moments).toBeGreaterThan(75 * SCENARIOS.length);
    expect(report.points).toBeGreaterThan(250 * SCENARIOS.length);
  });
});
