/** The base costs of TPB-1, a file of other costs, and both per step. */
import { BacktestError } from "./errors.ts";
import type { CostTerms, StepCosts } from "./types.ts";

/** 2 % of the hot balance a year, 0.1 % of the queue an hour, 155 a refill, 5 a sweep. */
export const BASE_COSTS: CostTerms = {
  exposure_share_per_year: 0.02,
  delay_share_per_hour: 0.001,
  fee_up: 155,
  fee_down: 5,
  fee_proportional: 0,
};
const HOURS_PER_YEAR = 8_760;
const HOUR_MS = 3_600_000;

/** A parsed JSON object with some of the fields of `CostTerms`; the others keep their base value. */
export function readCosts(value: unknown): CostTerms {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new BacktestError(
      "backtest_costs_malformed",
      `The costs are one object with ${Object.keys(BASE_COSTS).join(", ")}.`,
    );
  }
  const costs: Record<string, number> = { ...BASE_COSTS };
  for (const [key, cost] of Object.entries(value)) {
    if (!Object.hasOwn(BASE_COSTS, key)) {
      throw new BacktestError(
        "backtest_costs_malformed",
        `There is no cost "${key}"; there are ${Object.keys(BASE_COSTS).join(", ")}.`,
        { key },
      );
    }
    if (typeof cost !== "number" || !Number.isFinite(cost) || cost < 0) {
      throw new BacktestError("backtest_costs_malformed", `The cost "${key}" must be a number of at least zero.`, {
        key,
      });
    }
    costs[key] = cost;
  }
  return costs as unknown as CostTerms;
}

export function stepCosts(terms: CostTerms, step_ms: number): StepCosts {
  const hours = step_ms / HOUR_MS;
  return {
    exposure: (terms.exposure_share_per_year / HOURS_PER_YEAR) * hours,
    delay: terms.delay_share_per_hour * hours,
    fee_up: terms.fee_up,
    fee_down: terms.fee_down,
    fee_proportional: terms.fee_proportional,
  };
}
