/** What the daemon refuses about known payments, each with a stable code. */
import { type ErrorFacts, type ErrorKind, TidegateError } from "../errors/index.ts";

export type ObligationErrorCode =
  | "obligation_invalid"
  | "obligation_key_reused"
  | "obligation_too_many"
  | "obligation_not_found"
  | "obligation_not_open";

const KIND: Record<ObligationErrorCode, ErrorKind> = {
  obligation_invalid: "invalid",
  obligation_key_reused: "conflict",
  obligation_too_many: "denied",
  obligation_not_found: "not_found",
  obligation_not_open: "conflict",
};

export class ObligationError extends TidegateError {
  declare readonly code: ObligationErrorCode;
  constructor(code: ObligationErrorCode, message: string, facts: ErrorFacts = {}) {
    super(KIND[code], code, message, facts);
  }
}
