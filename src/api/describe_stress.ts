/** `stress` of the command line says the same as POST /v1/stress. */
import type { TreasuryConfig } from "../config/types.ts";
import type { PoolPlan } from "../daemon/types.ts";
import { StressError } from "../stress/index.ts";
import { type WrongField, wrongFields } from "./field_errors.ts";
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

const FIELDS_NAMED_MAX = 8;

/** As it is written in a scenario's own file, which knows nothing of the request around it. */
function nameOf(path: WrongField["path"]): string {
  return (path[0] === "scenario" && path.length > 1 ? path.slice(1) : path).join(".") || "the file";
}

/** A request that came from a file or from flags. @throws StressError stress_scenario_malformed */
export function parseStressRequest(value: unknown): StressRequest {
  const parsed = StressRequestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const wrong = wrongFields(parsed.error);
  const named = wrong.slice(0, FIELDS_NAMED_MAX).map(({ path, detail }) => `${nameOf(path)}: ${detail}`);
  const more = wrong.length > named.length ? `; and ${wrong.length - named.length} more` : "";
  const field = nameOf(wrong[0]?.path ?? []);
  throw new StressError("stress_scenario_malformed", `The scenario cannot be read: ${named.join("; ")}${more}.`, {
    field,
  });
}
