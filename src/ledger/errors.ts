/** What the books refuse, each with a stable code. */
import { type ErrorFacts, type ErrorKind, TidegateError } from "../errors/index.ts";

export type LedgerErrorCode =
  | "ledger_key_reused"
  | "ledger_insufficient"
  | "ledger_overflow"
  | "ledger_busy"
  | "ledger_hold_unknown"
  | "ledger_hold_closed"
  | "ledger_posting_unknown"
  | "ledger_settlement_impossible"
  | "break_not_found"
  | "break_closed"
  | "break_resolution_not_found"
  | "break_resolution_invalid"
  | "break_resolution_open"
  | "break_resolution_overtaken";

const KIND: Record<LedgerErrorCode, ErrorKind> = {
  ledger_key_reused: "conflict",
  ledger_insufficient: "conflict",
  ledger_overflow: "invalid",
  ledger_busy: "unavailable",
  ledger_hold_unknown: "not_found",
  ledger_hold_closed: "conflict",
  ledger_posting_unknown: "not_found",
  ledger_settlement_impossible: "invalid",
  break_not_found: "not_found",
  break_closed: "conflict",
  break_resolution_not_found: "not_found",
  break_resolution_invalid: "invalid",
  break_resolution_open: "conflict",
  break_resolution_overtaken: "conflict",
};

export class LedgerError extends TidegateError {
  declare readonly code: LedgerErrorCode;
  constructor(code: LedgerErrorCode, message: string, facts: ErrorFacts = {}) {
    super(KIND[code], code, message, facts);
  }
}
