import { describe, expect, it } from "vitest";
import { AssertionError } from "../errors/index.ts";
import { crashpoints, runSeed, SCENARIOS } from "./index.ts";

const STOPWATCH = { now: () => 0 };
const named = (...names: readonly string[]) => SCENARIOS.filter(({ name }) => names.includes(name));

describe("death at every point", { timeout: 300_000 }, () => {
  it("pays once and keeps the books whole, at every other point of a sweep, and twice in one story", async () => {
    const report = await crashpoints({ scenarios: named("refused by the venue"), pairs: 20, every: 2 }, STOPWATCH);
    expect(report.violations).toEqual([]);
    const [story] = report.scenarios;
    expect(story).toMatchObject({ pairs: 20, violations: 0 });
    expect(story?.points).toBeGreaterThan(250);
    expect(report).toMatchObject({ points: story?.points, kills: story?.kills, pairs: 20 });
    expect(report.kills).toBe(Math.floor(report.points / 2));
  });

  it("counts the calls of venues, not only those of the store", async () => {
    const [story] = named("sweep");
    const labels = new Set<string>();
    if (story === undefined) throw new AssertionError("the story is there");
    await runSeed({
      seed: 1,
      hours: story.hours,
      scenario: story,
      crash_rule: (label, when) => {
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
