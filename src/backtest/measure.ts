/** The figures of one run, as `backtest --json` prints them. */
import type { BacktestResult, Hindsight, RunTotals } from "./types.ts";

const HOUR_MS = 3_600_000;
/** A queue below this share of the largest balance is a rounding rest, not a stock-out. */
const ROUNDING = 1e-12;

export function measure(policy: string, run: RunTotals, best: Hindsight, step_ms: number): BacktestResult {
  const { hot, queue } = run.trace;
  const cost = run.exposure_cost + run.delay_cost + run.fee_cost;
  const rest = ROUNDING * Math.max(1, largest(hot), largest(queue));
  let stockout = 0;
  let longest = 0;
  let current = 0;
  let peak_queue = 0;
  for (const waiting of queue) {
    current = waiting > rest ? current + 1 : 0;
    stockout += current > 0 ? 1 : 0;
    longest = Math.max(longest, current);
    peak_queue = Math.max(peak_queue, waiting);
  }
  const step_hours = step_ms / HOUR_MS;
  return {
    policy,
    cost,
    hindsight_cost: best.cost,
    rho: best.cost > 0 ? cost / best.cost : null,
    exposure_cost: run.exposure_cost,
    delay_cost: run.delay_cost,
    fee_cost: run.fee_cost,
    stockout_hours: stockout * step_hours,
    longest_stockout_hours: longest * step_hours,
    peak_queue: peak_queue > rest ? peak_queue : 0,
    mean_hot: hot.reduce((sum, value) => sum + value, 0) / Math.max(1, hot.length),
    p99_hot: quantile(hot, 0.99),
    moves_up: run.moves_up,
    moves_down: run.moves_down,
  };
}

/** The share of each cost in what was paid beyond the optimum, 0 to 1; null when nothing was. */
export function excessShares(
  result: BacktestResult,
  best: Hindsight,
): Record<"exposure" | "delay" | "fee", number> | null {
  const excess = result.cost - best.cost;
  if (excess <= 0) return null;
  return {
    exposure: (result.exposure_cost - best.exposure_cost) / excess,
    delay: (result.delay_cost - best.delay_cost) / excess,
    fee: (result.fee_cost - best.fee_cost) / excess,
  };
}

function quantile(values: Float64Array, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
