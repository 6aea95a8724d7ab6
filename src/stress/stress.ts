/**
 * A stress test: the scenario under the live policy, how little liquidity and how slow an approval it would survive (both by
 * bisection, each question with everything else as it is), and, when asked, the same with chance in it.
 */
import { APPROVAL_HOURS_MAX, checkScenario } from "./check_scenario.ts";
import { StressError } from "./errors.ts";
import { monteCarlo } from "./monte_carlo.ts";
import { hoursOf, runStress } from "./run.ts";
import type { MonteCarloInput, StressInput, StressReport } from "./types.ts";

/** Halvings of the least liquidity: to a thousandth of what the pool holds. */
const HALVINGS = 10;
const SEARCH_RUNS = 2 * HALVINGS + 3;
/** Decisions that one test may take: some seconds of work. */
export const DECISIONS_MAX = 400_000;

/**
 * At once. @example stressTest({ snapshot, policy, scenario: scenarioOf("slow-drain"), assets: ["USDT"], approval_hours: null, needsApproval: () => true })
 * @throws StressError
 */
export function stressTest(input: StressInput, chance: MonteCarloInput | null = null): StressReport {
  const steps = stressSteps(input, chance);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * The same with a pause after each run, for a thread that has other work: a treasury must not stand still for a rehearsal.
 * @throws StressError
 */
export async function stressTestPaced(
  input: StressInput,
  chance: MonteCarloInput | null,
  pause: () => Promise<void>,
): Promise<StressReport> {
  const steps = stressSteps(input, chance);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await pause();
  }
}

function* stressSteps(input: StressInput, chance: MonteCarloInput | null): Generator<void, StressReport> {
  const { scenario } = input;
  checkScenario(scenario, input.assets);
  const approval_hours = input.approval_hours ?? scenario.approval_hours[0] ?? 0;
  const decisions = decisionsOf(input, chance?.runs ?? 0);
  if (decisions > DECISIONS_MAX) {
    const message = `This test would take ${decisions} decisions; at most ${DECISIONS_MAX}. Ask for fewer runs or a shorter curve.`;
    throw new StressError("stress_too_large", message, { decisions, most: DECISIONS_MAX });
  }
  const run = runStress({ input, scenario, approval_hours });
  const longest = yield* longestApproval(input);
  return {
    ...run,
    least_hot: yield* leastHot(input, approval_hours, run.start.total),
    longest_approval_hours: longest,
    longest_approval_at_least: longest === APPROVAL_HOURS_MAX,
    monte_carlo: chance === null ? null : yield* monteCarlo(input, approval_hours, chance),
  };
}

export function decisionsOf({ scenario }: StressInput, runs: number): number {
  return hoursOf(scenario) * (SEARCH_RUNS + runs);
}

/** In steps of a thousandth of the total, rounded up; sweeps are held back, else a surplus would leave in the first hour. */
function* leastHot(input: StressInput, approval_hours: number, total: bigint): Generator<void, bigint | null> {
  const steps = 2n ** BigInt(HALVINGS);
  const hotOf = (step: bigint): bigint => (total * step + steps - 1n) / steps;
  const survives = (step: bigint): boolean =>
    runStress({ input, scenario: input.scenario, approval_hours, hot: hotOf(step), holds_sweeps: true })
      .stockout_hours === 0;
  if (!survives(steps)) return null;
  let [low, high] = [-1n, steps];
  while (high - low > 1n) {
    yield;
    const middle = (low + high) / 2n;
    if (survives(middle)) high = middle;
    else low = middle;
  }
  return hotOf(high);
}

function* longestApproval(input: StressInput): Generator<void, number | null> {
  const survives = (hours: number): boolean =>
    runStress({ input, scenario: input.scenario, approval_hours: hours }).stockout_hours === 0;
  if (!survives(0)) return null;
  if (survives(APPROVAL_HOURS_MAX)) return APPROVAL_HOURS_MAX;
  let [low, high] = [0, APPROVAL_HOURS_MAX];
  while (high - low > 1) {
    yield;
    const middle = Math.floor((low + high) / 2);
    if (survives(middle)) low = middle;
    else high = middle;
  }
  return low;
}
