/**
 * The same scenario with chance in it: every run draws how large and how fast the outflow is, how long people take, and how
 * long custody is out. Factors are lognormal with median 1 (sigma 0.35; approval 0.5), the outage's is even from 0.5 to 1.5.
 */
import type { Random } from "../ports/index.ts";
import { APPROVAL_HOURS_MAX, HOURS_MAX } from "./check_scenario.ts";
import { runStress } from "./run.ts";
import type { HourSpan, MonteCarloInput, MonteCarloReport, Scenario, StressInput, StressRun } from "./types.ts";

const SIZE_SIGMA = 0.35;
const APPROVAL_SIGMA = 0.5;
const SPEEDS = [0.5, 0.75, 1, 1.5, 2] as const;
const PPM = 1_000_000;
const CURVE_MAX_PPM = 10 * PPM;
const EARLY = 0.05;
const MEDIAN = 0.5;
const LATE = 0.95;

export function* monteCarlo(
  input: StressInput,
  approval_hours: number,
  { runs, random }: MonteCarloInput,
): Generator<void, MonteCarloReport> {
  const results: StressRun[] = [];
  while (results.length < runs) {
    yield;
    const scenario = drawn(input.scenario, random);
    const hours = Math.round(approval_hours * lognormal(random, APPROVAL_SIGMA));
    results.push(runStress({ input, scenario, approval_hours: Math.min(hours, APPROVAL_HOURS_MAX) }));
  }
  const stockouts = results.map((run) => run.stockout_hours).sort((a, b) => a - b);
  const peaks = results.map((run) => run.peak_queue).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const empty = results.flatMap(({ hours_to_empty }) => (hours_to_empty === null ? [] : [hours_to_empty]));
  return {
    runs,
    survived_ppm: Math.floor((PPM * stockouts.filter((hours) => hours === 0).length) / Math.max(1, runs)),
    stockout_hours_p50: quantile(stockouts, MEDIAN) ?? 0,
    stockout_hours_p95: quantile(stockouts, LATE) ?? 0,
    peak_queue_p50: quantile(peaks, MEDIAN) ?? 0n,
    peak_queue_p95: quantile(peaks, LATE) ?? 0n,
    hours_to_empty_p05:
      quantile(
        empty.sort((a, b) => a - b),
        EARLY,
      ) ?? null,
  };
}

/** Draws the same count of numbers whatever the scenario, so that scenarios can be compared under one seed. */
function drawn(scenario: Scenario, random: Random): Scenario {
  const size = lognormal(random, SIZE_SIGMA);
  const speed = SPEEDS[Math.floor(random.next() * SPEEDS.length)] ?? 1;
  const outage = 0.5 + random.next();
  const longest = Math.floor(HOURS_MAX / scenario.curve_ppm.length);
  return {
    ...scenario,
    step_hours: Math.min(longest, Math.max(1, Math.round(scenario.step_hours / speed))),
    curve_ppm: scenario.curve_ppm.map((share) => clamp(Math.round(share * size), CURVE_MAX_PPM)),
    custody_outage: stretched(scenario.custody_outage, outage),
    rails_closed: stretched(scenario.rails_closed, outage),
  };
}

function stretched(span: HourSpan | null, factor: number): HourSpan | null {
  return span === null ? null : { ...span, hours: Math.max(1, Math.round(span.hours * factor)) };
}

/** Box and Muller (1958). */
function lognormal(random: Random, sigma: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return Math.exp(sigma * radius * Math.cos(2 * Math.PI * random.next()));
}

function quantile<T>(sorted: readonly T[], share: number): T | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

function clamp(value: number, most: number): number {
  return Math.max(-most, Math.min(most, value));
}
