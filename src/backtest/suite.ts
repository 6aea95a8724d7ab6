/** Series and inputs that the tests of this room share. Chance comes from a fixed recurrence, so every run sees the same. */
import { BASE_COSTS, stepCosts } from "./costs.ts";
import type { BacktestInput, FlowSeries, StepCosts } from "./types.ts";

const HOUR_MS = 3_600_000;

/** Numbers in [0, 1) from a seed: a 32-bit linear congruence, good enough for shapes. */
export function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Two-way flows with a daily season, in millions; `run_from` begins a run that takes a few per cent an hour. */
export function seasonalFlows(steps: number, seed: number, run_from = Number.POSITIVE_INFINITY): FlowSeries {
  const next = noise(seed);
  const inflow = new Float64Array(steps);
  const outflow = new Float64Array(steps);
  for (let t = 0; t < steps; t += 1) {
    const season = 1 + 0.6 * Math.sin((2 * Math.PI * t) / 24);
    inflow[t] = 1e6 * season * (0.5 + next());
    outflow[t] = 1e6 * season * (0.5 + next()) + (t >= run_from ? 1e6 * (4 + 12 * next()) : 0);
  }
  return { step_ms: HOUR_MS, start_ms: 0, inflow, outflow };
}

export const HOURLY: StepCosts = stepCosts(BASE_COSTS, HOUR_MS);

export function inputOf(flows: FlowSeries, changes: Partial<BacktestInput> = {}): BacktestInput {
  return {
    flows,
    from: 0,
    to: flows.inflow.length,
    opening: 600e6,
    hot: 10e6,
    costs: HOURLY,
    lanes: { up: { lead_steps: 4, fee: 155 }, down: { lead_steps: 1, fee: 5 }, expedite: null },
    ...changes,
  };
}
