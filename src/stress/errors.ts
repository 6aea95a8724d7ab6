/** Failures of a stress test's input. */
import { type ErrorFacts, type ErrorKind, TidegateError } from "../errors/index.ts";

export type StressErrorCode =
  | "stress_scenario_unknown"
  | "stress_scenario_malformed"
  | "stress_asset_unknown"
  | "stress_position_unknown"
  | "stress_too_large";

const KIND: Record<StressErrorCode, ErrorKind> = {
  stress_scenario_unknown: "not_found",
  stress_scenario_malformed: "invalid",
  stress_asset_unknown: "invalid",
  stress_position_unknown: "stale",
  stress_too_large: "invalid",
};

export class StressError extends TidegateError {
  declare readonly code: StressErrorCode;
  constructor(code: StressErrorCode, message: string, facts: ErrorFacts = {}) {
    super(KIND[code], code, message, facts);
  }
}
