/**
 * The simulator is only worth what it finds. Each mutant is the daemon with one bug, planted by wrapping what it is given; it must
 * be found within a number of seeds, by an invariant that names it. The mutants themselves live with the tests.
 */
import type { Clock } from "../ports/index.ts";
import { runSeed } from "./run_seed.ts";
import type { Mutant, MutantReport, MutantResult } from "./types.ts";

const HOURS = 48;

export interface MutantOptions {
  readonly mutants: readonly Mutant[];
  /** Seeds after which a mutant counts as a survivor. */
  readonly seeds: number;
  /** Told after each mutant, for a progress line. */
  readonly onMutant?: (done: number, result: MutantResult) => void;
}

/** @example (await runMutants({ mutants: MUTANTS, seeds: 1_000 }, stopwatch)).survivors // [] */
export async function runMutants(options: MutantOptions, stopwatch: Pick<Clock, "now">): Promise<MutantReport> {
  const started = stopwatch.now();
  const results: MutantResult[] = [];
  for (const mutant of options.mutants) {
    const result = await huntMutant(mutant, options.seeds);
    results.push(result);
    options.onMutant?.(results.length, result);
  }
  return {
    mutants: results.length,
    caught: results.filter(({ caught }) => caught).length,
    survivors: results.filter(({ caught }) => !caught).map(({ name }) => name),
    results,
    seconds: (stopwatch.now() - started) / 1_000,
  };
}

/** Runs seeds until an expected invariant shows the bug. */
export async function huntMutant(mutant: Mutant, seeds: number): Promise<MutantResult> {
  const { name, expects, sabotage, rates, wallets, hours = HOURS } = mutant;
  const found = new Set<string>();
  const caught = (): boolean => expects.some((invariant) => found.has(invariant));
  let seed = 0;
  while (seed < seeds && !caught()) {
    seed += 1;
    const { violations } = await runSeed({
      seed,
      hours,
      sabotage,
      ...(rates === undefined ? {} : { rates }),
      ...(wallets === undefined ? {} : { wallets }),
    });
    for (const { invariant } of violations) found.add(invariant);
  }
  return { name, expects, caught: caught(), seeds: seed, found: [...found] };
}
