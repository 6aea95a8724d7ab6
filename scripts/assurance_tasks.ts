/** The work of `npm run assurance` in pieces that fit between two looks at a clock, and how their results come together. */
import { crashpoints, huntMutant, SCENARIOS, simulate } from "../src/simulate/index.ts";
import type { CrashpointReport, MutantResult, SimulationReport, Violation } from "../src/simulate/types.ts";
import { MUTANTS } from "../test/simulation/mutants/index.ts";

export const HOURS = 72;
export const MUTANT_SEEDS = 1_000;
const SEEDS_PER_TASK = 25;

export type Task =
  | { readonly kind: "seeds"; readonly from: number; readonly seeds: number }
  | { readonly kind: "mutant"; readonly name: string }
  | { readonly kind: "story"; readonly name: string; readonly pairs: number };

export type Result =
  | { readonly kind: "seeds"; readonly report: SimulationReport }
  | { readonly kind: "mutant"; readonly result: MutantResult }
  | { readonly kind: "story"; readonly report: CrashpointReport };

/** What there is to do, the most telling first. */
export function tasksOf(amount: { readonly seeds: number; readonly pairs: number }): Task[] {
  const tasks: Task[] = [];
  for (let from = 1; from <= amount.seeds; from += SEEDS_PER_TASK) {
    tasks.push({ kind: "seeds", from, seeds: Math.min(SEEDS_PER_TASK, amount.seeds - from + 1) });
  }
  for (const { name } of MUTANTS) tasks.push({ kind: "mutant", name });
  const pairs = Math.ceil(amount.pairs / SCENARIOS.length);
  for (const { name } of SCENARIOS) tasks.push({ kind: "story", name, pairs });
  return tasks;
}

export function nameOf(task: Task): string {
  if (task.kind === "seeds") return `seeds ${task.from} to ${task.from + task.seeds - 1}`;
  return task.kind === "mutant" ? `mutant ${task.name}` : `story ${task.name}, ${task.pairs} pairs`;
}

export async function runTask(task: Task): Promise<Result> {
  const stopwatch = { now: () => performance.now() };
  switch (task.kind) {
    case "seeds":
      return { kind: "seeds", report: await simulate({ ...task, hours: HOURS }, stopwatch) };
    case "mutant": {
      const mutant = MUTANTS.find(({ name }) => name === task.name);
      if (mutant === undefined) throw new Error(`There is no mutant ${task.name}.`);
      return { kind: "mutant", result: await huntMutant(mutant, MUTANT_SEEDS) };
    }
    case "story": {
      const scenarios = SCENARIOS.filter(({ name }) => name === task.name);
      return { kind: "story", report: await crashpoints({ scenarios, pairs: task.pairs }, stopwatch) };
    }
  }
}

export function seedsOf(results: readonly Result[]): SimulationReport {
  const reports = results.flatMap((one) => (one.kind === "seeds" ? [one.report] : []));
  const sum = (field: "seeds" | "simulated_hours" | "transfers" | "faulted_transfers" | "crash_restarts" | "seconds") =>
    reports.reduce((total, report) => total + report[field], 0);
  return {
    seeds: sum("seeds"),
    simulated_hours: sum("simulated_hours"),
    transfers: sum("transfers"),
    faulted_transfers: sum("faulted_transfers"),
    crash_restarts: sum("crash_restarts"),
    seconds: sum("seconds"),
    violations: reports.flatMap(({ violations }): readonly Violation[] => violations),
    faults_reached: addUp(reports.map(({ faults_reached }) => faults_reached)),
    states_reached: addUp(reports.map(({ states_reached }) => states_reached)),
  };
}

export function crashesOf(results: readonly Result[]): CrashpointReport {
  const reports = results.flatMap((one) => (one.kind === "story" ? [one.report] : []));
  const sum = (field: "points" | "moments" | "kills" | "pairs" | "seconds") =>
    reports.reduce((total, report) => total + report[field], 0);
  return {
    scenarios: reports.flatMap(({ scenarios }) => scenarios),
    points: sum("points"),
    moments: sum("moments"),
    kills: sum("kills"),
    pairs: sum("pairs"),
    seconds: sum("seconds"),
    violations: reports.flatMap(({ violations }): readonly Violation[] => violations),
  };
}

export function mutantsOf(results: readonly Result[]): MutantResult[] {
  return results.flatMap((one) => (one.kind === "mutant" ? [one.result] : []));
}

function addUp(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const counts of all) for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}
