/** Many seeds, one report. */
import type { Clock } from "../ports/index.ts";
import { runSeed } from "./run_seed.ts";
import type { Sabotage, SeedResult, SimulationReport, Violation } from "./types.ts";

export const SEEDS_MAX = 1_000_000;
const VIOLATIONS_MAX = 100;

export interface SimulateOptions {
  readonly seeds: number;
  readonly hours: number;
  /** First seed; 1 where absent. */
  readonly from?: number;
  readonly sabotage?: Sabotage;
  /** Told after each seed, for a progress line. */
  readonly onSeed?: (done: number, result: SeedResult) => void;
}

/**
 * Runs the daemon's own code under each seed. `stopwatch` measures how long it took on the machine's clock.
 * @example await simulate({ seeds: 100, hours: 72 }, stopwatch) // { violations: [], ... }
 */
export async function simulate(options: SimulateOptions, stopwatch: Pick<Clock, "now">): Promise<SimulationReport> {
  const started = stopwatch.now();
  const sums = { transfers: 0, faulted_transfers: 0, crash_restarts: 0 };
  const faults_reached: Record<string, number> = {};
  const states_reached: Record<string, number> = {};
  const violations: Violation[] = [];
  const from = options.from ?? 1;
  const seeds = Math.min(options.seeds, SEEDS_MAX);
  for (let seed = from; seed < from + seeds; seed += 1) {
    const result = await runSeed({
      seed,
      ...(options.sabotage === undefined ? {} : { sabotage: options.sabotage }),
      hours: options.hours,
    });
    sums.transfers += result.transfers;
    sums.faulted_transfers += result.faulted_transfers;
    sums.crash_restarts += result.crash_restarts;
    addAll(faults_reached, result.faults_reached);
    addAll(states_reached, result.states_reached);
    violations.push(...result.violations.slice(0, VIOLATIONS_MAX - violations.length));
    options.onSeed?.(seed - from + 1, result);
  }
  return {
    seeds,
    simulated_hours: seeds * options.hours,
    ...sums,
    violations,
    faults_reached,
    states_reached,
    seconds: (stopwatch.now() - started) / 1_000,
  };
}

/** Digest of everything a seed does, in order; the same twice, or something outside the seed had a say. */
export async function traceSeed(seed: number, hours: number): Promise<string> {
  return (await runSeed({ seed, hours, trace: true })).trace_digest;
}

function addAll(sums: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count;
}
