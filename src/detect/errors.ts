/** Failures of the detectors' input. */
import { type ErrorFacts, TidegateError } from "../errors/index.ts";

export type DetectErrorCode = "series_header_missing" | "series_row_malformed" | "series_too_long" | "series_empty";

export class DetectError extends TidegateError {
  declare readonly code: DetectErrorCode;
  constructor(code: DetectErrorCode, message: string, facts: ErrorFacts = {}) {
    super("invalid", code, message, facts);
  }
}
