/**
 * Death at every point: each story is told once to list the calls of ports, then once more for every call and both of its sides,
 * with the process killed exactly there. Neighbouring points between which nothing changed that outlives the process (no commit,
 * no call of a venue, no time, no draw) are one moment: a death at either is the same death, so it is tried once.
 */
import { AssertionError } from "../errors/index.ts";
import type { Clock } from "../ports/index.ts";
import { runSeed } from "./run_seed.ts";
import { SCENARIOS } from "./scenarios.ts";
import { between, createStream } from "./seeded_random.ts";
import type { CrashpointReport, CrashRule, Scenario, ScenarioKills, SeedResult, Violation } from "./types.ts";

export const PAIRS_MAX = 1_000_000;
const VIOLATIONS_MAX = 100;

export interface CrashpointOptions {
  readonly seed?: number;
  /** Pairs of points, drawn by the seed, at which the process dies twice in one story. */
  readonly pairs?: number;
  readonly scenarios?: readonly Scenario[];
  /** Kills at every so manieth point only, where time is short; 1, at all of them, where absent. */
  readonly every?: number;
  /** Told after each story, for a progress line. */
  readonly onScenario?: (done: number, kills: ScenarioKills) => void;
}

/** @example (await crashpoints({}, stopwatch)).violations // [] */
export async function crashpoints(
  options: CrashpointOptions,
  stopwatch: Pick<Clock, "now">,
): Promise<CrashpointReport> {
  const started = stopwatch.now();
  const { scenarios = SCENARIOS, seed = 1, pairs = 0, every = 1 } = options;
  const stories: ScenarioKills[] = [];
  const violations: Violation[] = [];
  for (const scenario of scenarios) {
    const share = Math.ceil(Math.min(pairs, PAIRS_MAX) / scenarios.length);
    const { kills, found } = await killEverywhere(scenario, seed, { pairs: share, every });
    stories.push(kills);
    violations.push(...found.slice(0, VIOLATIONS_MAX - violations.length));
    options.onScenario?.(stories.length, kills);
  }
  const sum = (field: "points" | "moments" | "kills" | "pairs"): number =>
    stories.reduce((total, one) => total + one[field], 0);
  return {
    scenarios: stories,
    points: sum("points"),
    moments: sum("moments"),
    kills: sum("kills"),
    pairs: sum("pairs"),
    violations,
    seconds: (stopwatch.now() - started) / 1_000,
  };
}

async function killEverywhere(
  scenario: Scenario,
  seed: number,
  { pairs, every }: { readonly pairs: number; readonly every: number },
) {
  const left_behind = await listPoints(scenario, seed);
  const points = left_behind.length;
  const moments = firstOfEach(left_behind);
  const found: Violation[] = [];
  const tell = async (...at: readonly number[]): Promise<void> => {
    const { violations, crash_restarts } = await tellStory(scenario, seed, killAt(at));
    if (crash_restarts === 0) throw new AssertionError(`Point ${at.join()} of "${scenario.name}" was not reached.`);
    for (const violation of violations) {
      found.push({ ...violation, detail: `"${scenario.name}", killed at ${at.join(" and ")}: ${violation.detail}` });
    }
  };
  const chosen = moments.filter((_, index) => index % every === seed % every);
  for (const point of chosen) await tell(point);
  const random = createStream(seed, `pairs ${scenario.name}`);
  for (let pair = 0; pair < pairs; pair += 1) {
    const first = between(random, 0, points - 1);
    await tell(first, first + between(random, 1, points));
  }
  const counts = { points, moments: moments.length, kills: chosen.length, pairs, violations: found.length };
  return { kills: { name: scenario.name, ...counts }, found };
}

/** Two for every call: before it, and after it when its answer is there; each with what a death there leaves behind. */
async function listPoints(scenario: Scenario, seed: number): Promise<readonly string[]> {
  const points: string[] = [];
  const { violations, states_reached } = await tellStory(scenario, seed, ({ left_behind }) => {
    points.push(left_behind());
    return false;
  });
  const missed = scenario.reaches.filter((state) => (states_reached[state] ?? 0) === 0);
  if (violations.length > 0 || missed.length > 0) {
    const why = violations[0]?.invariant ?? `it never reaches ${missed.join()}`;
    throw new AssertionError(`The story "${scenario.name}" fails undisturbed: ${why}.`);
  }
  return points;
}

/** The first point of each moment. @example firstOfEach(["a", "a", "b", "a"]) // [0, 2, 3] */
export function firstOfEach(left_behind: readonly string[]): readonly number[] {
  return left_behind.flatMap((text, point) => (point > 0 && left_behind[point - 1] === text ? [] : [point]));
}

function tellStory(scenario: Scenario, seed: number, crash_rule: CrashRule): Promise<SeedResult> {
  return runSeed({ seed, hours: scenario.hours, scenario, crash_rule });
}

function killAt(at: readonly number[]): CrashRule {
  let point = -1;
  return () => {
    point += 1;
    return at.includes(point);
  };
}
