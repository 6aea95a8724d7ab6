import { describe, expect, it } from "vitest";
import { AssertionError } from "../errors/index.ts";
import { firstOfEach } from "./crashpoints.ts";
import { crashpoints, runSeed, SCENARIOS } from "./index.ts";
import type { Simulation } from "./simulation.ts";
import type { CrashRule, Scenario } from "./types.ts";

const STOPWATCH = { now: () => 0 };
const named = (...names: readonly string[]) => SCENARIOS.filter(({ name }) => names.includes(name));

async function tell(scenario: Scenario, crash_rule: CrashRule): Promise<Simulation> {
  const kept: Simulation[] = [];
  const begin = (simulation: Simulation): void => {
    kept.push(simulation);
    scenario.begin?.(simulation);
  };
  await runSeed({ seed: 1, hours: scenario.hours, scenario: { ...scenario, begin }, crash_rule });
  const [simulation] = kept;
  if (simulation === undefined) throw new AssertionError("a story begins");
  return simulation;
}

async function listPoints(scenario: Scenario): Promise<string[]> {
  const points: string[] = [];
  await tell(scenario, ({ left_behind }) => {
    points.push(left_behind());
    return false;
  });
  return points;
}

/** Every row and every account when all is over, after one death. */
async function endOf(scenario: Scenario, at: number): Promise<string> {
  let point = -1;
  const { data, world, tally } = await tell(scenario, () => {
    point += 1;
    return point === at;
  });
  expect(tally.crash_restarts).toBe(1);
  const rows = [...data.tables].map(([name, table]) => [name, table.find({ tests: [], order: [], limit: 10_000 })]);
  const accounts = [...world.accounts.values()];
  return JSON.stringify([rows, accounts], (_, value) => (typeof value === "bigint" ? `${value}n` : value));
}

describe("death at every point", { timeout: 300_000 }, () => {
  it("pays once and keeps the books whole, at every other point of a sweep, and twice in one story", async () => {
    const report = await crashpoints({ scenarios: named("refused by the venue"), pairs: 20, every: 2 }, STOPWATCH);
    expect(report.violations).toEqual([]);
    const [story] = report.scenarios;
    expect(story).toMatchObject({ pairs: 20, violations: 0 });
    expect(story?.points).toBeGreaterThan(250);
    expect(report).toMatchObject({ points: story?.points, kills: story?.kills, pairs: 20 });
    expect(report.kills).toBe(Math.floor(report.moments / 2));
  });

  it("is tried once where it leaves the same behind: at neighbouring points of one moment the end is the same, to the last row", async () => {
    const story = named("taken back by its chain after it settled")[0];
    if (story === undefined) throw new AssertionError("the story is there");
    const left_behind = await listPoints(story);
    const moments = firstOfEach(left_behind);
    const spans = moments.map((first, index) => [first, (moments[index + 1] ?? left_behind.length) - 1] as const);
    const long = spans.filter(([first, last]) => last > first);
    expect(long.length).toBeGreaterThan(50);
    for (const [first, last] of long.filter((_, index) => index % 9 === 0)) {
      expect(await endOf(story, last), `${first} and ${last}`).toEqual(await endOf(story, first));
    }
  });

  it("is tried apart where anything was written, sent, drawn or waited for in between", async () => {
    const story = named("sweep")[0];
    if (story === undefined) throw new AssertionError("the story is there");
    const seen: (readonly [label: string, left_behind: string])[] = [];
    await tell(story, ({ label, when, left_behind }) => {
      seen.push([`${when} ${label}`, left_behind()]);
      return false;
    });
    for (const label of ["transfer.submitting", "transfer.settle", "exchange.submit", "exchange.find"]) {
      const before = seen.find(([name]) => name === `before ${label}`);
      const after = seen.find(([name]) => name === `after ${label}`);
      expect(after?.[1], label).not.toBe(before?.[1]);
    }
  });

  it("regression: is tried at every point while another process lives, which goes on from where it stands", async () => {
    const story = named("a second instance")[0];
    if (story === undefined) throw new AssertionError("the story is there");
    const left_behind = await listPoints(story);
    expect(new Set(left_behind).size).toBe(left_behind.length);
    expect(firstOfEach(left_behind)).toHaveLength(left_behind.length);
  });

  it("counts the calls of venues, not only those of the store", async () => {
    const [story] = named("sweep");
    const labels = new Set<string>();
    if (story === undefined) throw new AssertionError("the story is there");
    await runSeed({
      seed: 1,
      hours: story.hours,
      scenario: story,
      crash_rule: ({ label, when }) => {
        labels.add(`${when} ${label}`);
        return false;
      },
    });
    for (const label of ["exchange.submit", "exchange.find", "exchange.prepare", "transfer.submitting"]) {
      expect([...labels]).toEqual(expect.arrayContaining([`before ${label}`, `after ${label}`]));
    }
  });

  it("refuses a story that does not do what its name says", async () => {
    const scenarios = named("sweep").map((story) => ({ ...story, reaches: ["held"] as const }));
    await expect(crashpoints({ scenarios }, STOPWATCH)).rejects.toThrow("never reaches held");
  });
});

describe("the named stories", { timeout: 300_000 }, () => {
  it("take a settlement back and settle it once more, where a chain takes back what it had called final", async () => {
    const [story] = named("taken back by its chain after it settled");
    if (story === undefined) throw new AssertionError("the story is there");
    const { violations, states_reached } = await runSeed({ seed: 1, hours: story.hours, scenario: story });
    expect(violations).toEqual([]);
    expect(states_reached).toMatchObject({ planned: 1, submitted: 2, settled: 2 });
  });

  it("are at least twelve, each with a name of its own", () => {
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
    expect(SCENARIOS.length).toBeGreaterThanOrEqual(12);
  });
});
