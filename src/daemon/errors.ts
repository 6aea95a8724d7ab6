/** What the daemon refuses about known payments, expected flows and findings, each with a stable code. */
import { type ErrorFacts, type ErrorKind, TidegateError } from "../errors/index.ts";

export type DaemonErrorCode =
  | "obligation_invalid"
  | "obligation_key_reused"
  | "obligation_too_many"
  | "obligation_not_found"
  | "obligation_not_open"
  | "obligation_being_paid"
  | "expected_flow_invalid"
  | "expected_flow_reference_reused"
  | "expected_flow_too_many"
  | "anomaly_pool_unknown"
  | "anomaly_nothing_stopped";

const KIND: Record<DaemonErrorCode, ErrorKind> = {
  obligation_invalid: "invalid",
  obligation_key_reused: "conflict",
  obligation_too_many: "denied",
  obligation_not_found: "not_found",
  obligation_not_open: "conflict",
  obligation_being_paid: "conflict",
  expected_flow_invalid: "invalid",
  expected_flow_reference_reused: "conflict",
  expected_flow_too_many: "denied",
  anomaly_pool_unknown: "not_found",
  anomaly_nothing_stopped: "conflict",
};

export class DaemonError extends TidegateError {
  declare readonly code: DaemonErrorCode;
  constructor(code: DaemonErrorCode, message: string, facts: ErrorFacts = {}) {
    super(KIND[code], code, message, facts);
  }
}
