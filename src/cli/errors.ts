/** Failures of the command line itself. */
import { type ErrorFacts, type ErrorKind, TidegateError } from "../errors/index.ts";

export type CliErrorCode =
  | "usage"
  | "file_unreadable"
  | "daemon_unreachable"
  | "daemon_answer_unreadable"
  | "approve_needs_confirmation"
  | "approve_not_confirmed"
  | "approve_digest_mismatch"
  | "approve_payload_mismatch"
  | "psbt_needed"
  | "psbt_not_waiting"
  | "key_of_nobody"
  | "doctor_found_problems"
  | "reconcile_found_breaks"
  | "books_unbalanced"
  | "plan_nothing_known"
  | "simulation_found_violations"
  | "policy_not_kept"
  | "replay_differs"
  | "bench_books_broken"
  | "bench_notices_lost"
  | "bench_revalue_mismatch"
  | "audit_not_genuine"
  | "venue_exercise_failed"
  | "wallet_not_seen"
  | "wallet_known"
  | "wallet_not_opened"
  | "wallet_address_differs";

const KIND: Record<CliErrorCode, ErrorKind> = {
  usage: "usage",
  file_unreadable: "not_found",
  venue_exercise_failed: "unavailable",
  wallet_not_seen: "not_found",
  wallet_known: "conflict",
  wallet_not_opened: "denied",
  wallet_address_differs: "internal",
  daemon_unreachable: "unavailable",
  daemon_answer_unreadable: "unavailable",
  approve_needs_confirmation: "usage",
  approve_not_confirmed: "denied",
  approve_digest_mismatch: "denied",
  approve_payload_mismatch: "denied",
  psbt_needed: "usage",
  psbt_not_waiting: "usage",
  key_of_nobody: "denied",
  doctor_found_problems: "internal",
  reconcile_found_breaks: "internal",
  books_unbalanced: "internal",
  plan_nothing_known: "stale",
  simulation_found_violations: "internal",
  policy_not_kept: "not_found",
  replay_differs: "internal",
  bench_books_broken: "internal",
  bench_notices_lost: "internal",
  bench_revalue_mismatch: "internal",
  audit_not_genuine: "internal",
};

export class CliError extends TidegateError {
  declare readonly code: CliErrorCode;
  constructor(code: CliErrorCode, message: string, facts: ErrorFacts = {}, cause?: unknown) {
    super(KIND[code], code, message, facts, cause);
  }
}
