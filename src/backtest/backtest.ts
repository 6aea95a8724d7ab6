/** One backtest: a prepared input, one or more policies, the optimum beside them. Nothing here touches files or clocks. */

import type { LevelModel } from "../models/types.ts";
import { hindsight } from "./hindsight.ts";
import { measure } from "./measure.ts";
import { createModelPolicy } from "./model_policy.ts";
import { runPolicy } from "./run_policy.ts";
import type { BacktestInput, BacktestResult, BenchPolicy, Hindsight, PolicyMaker, RunTotals } from "./types.ts";

export interface BacktestRun {
  readonly result: BacktestResult;
  readonly totals: RunTotals;
}

export interface BacktestReport {
  readonly best: Hindsight;
  readonly runs: readonly BacktestRun[];
}

export interface BacktestHooks {
  /** Called now and then with the share of the work that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

const PROGRESS_STEPS = 500;

export function backtest(
  input: BacktestInput,
  models: readonly (LevelModel | PolicyMaker)[],
  hooks: BacktestHooks = {},
): BacktestReport {
  const best = hindsight({ net: netOf(input), costs: input.costs });
  const parts = models.length + 1;
  hooks.onProgress?.(1 / parts);
  const steps = input.to - input.from;
  const runs = models.map((model, at): BacktestRun => {
    const totals = runPolicy(input, policyOf(model, input), (step) => {
      if (step % PROGRESS_STEPS === 0) hooks.onProgress?.((1 + at + step / steps) / parts);
    });
    return { result: measure(model.name, totals, best, input.flows.step_ms), totals };
  });
  return { best, runs };
}

/** Deposits less withdrawals of each paid step. */
export function netOf({ flows, from, to }: BacktestInput): Float64Array {
  return Float64Array.from(
    { length: to - from },
    (_, at) => (flows.inflow[from + at] ?? 0) - (flows.outflow[from + at] ?? 0),
  );
}

export function policyOf(model: LevelModel | PolicyMaker, input: BacktestInput): BenchPolicy {
  if ("open" in model) return model.open(input);
  const { lanes, costs, flows } = input;
  return createModelPolicy({ model, lanes, costs, step_ms: flows.step_ms });
}
