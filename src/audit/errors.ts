/** What the audit log refuses, each with a stable code. */
import { type ErrorFacts, type ErrorKind, TidegateError } from "../errors/index.ts";

export type AuditErrorCode =
  | "audit_note_malformed"
  | "audit_export_malformed"
  | "audit_log_damaged"
  | "audit_witness_refused";

const KIND: Record<AuditErrorCode, ErrorKind> = {
  audit_note_malformed: "invalid",
  audit_export_malformed: "invalid",
  audit_log_damaged: "internal",
  audit_witness_refused: "conflict",
};

export class AuditError extends TidegateError {
  declare readonly code: AuditErrorCode;
  constructor(code: AuditErrorCode, message: string, facts: ErrorFacts = {}) {
    super(KIND[code], code, message, facts);
  }
}
