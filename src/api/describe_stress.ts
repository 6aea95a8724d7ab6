/** `stress` of the command line says the same as POST /v1/stress. */
import type { TreasuryConfig } from "../config/types.ts";
import type { PoolPlan } from "../daemon/types.ts";
import { StressError } from "../stress/index.ts";
import { type ScenarioList, type Stress, type StressRequest, StressRequestSchema } from "./schemas/index.ts";
import { createPrinter, viewScenarios, viewStress } from "./views/index.ts";

/** @throws StressError */
export function describeStress(
  config: TreasuryConfig,
  plans: readonly PoolPlan[],
  request: StressRequest,
): Promise<Stress> {
  return viewStress(plans, request, createPrinter(config));
}

export function describeScenarios(): ScenarioList {
  return viewScenarios();
}

/** A request that came from a file or from flags. @throws StressError stress_scenario_malformed */
export function parseStressRequest(value: unknown): StressRequest {
  const parsed = StressRequestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join(".") ?? "";
  throw new StressError("stress_scenario_malformed", `The scenario cannot be read: ${field}: ${issue?.message}.`, {
    field,
  });
}
