/** Failures of the store, each with a stable code. */
import { type ErrorKind, TidegateError } from "../errors/index.ts";

export type StoreErrorCode =
  | "store_duplicate"
  | "store_conflict"
  | "store_invalid_value"
  | "store_commit_unknown"
  | "store_unavailable"
  | "store_locked"
  | "store_corrupt"
  | "store_not_durable"
  | "store_newer_schema"
  | "store_migration_changed"
  | "store_failed"
  | "store_closed";

const KIND: Record<StoreErrorCode, ErrorKind> = {
  store_duplicate: "conflict",
  store_conflict: "conflict",
  store_invalid_value: "invalid",
  store_commit_unknown: "unavailable",
  store_unavailable: "unavailable",
  store_locked: "conflict",
  store_corrupt: "internal",
  store_not_durable: "internal",
  store_newer_schema: "internal",
  store_migration_changed: "internal",
  store_failed: "internal",
  store_closed: "unavailable",
};

export class StoreError extends TidegateError {
  declare readonly code: StoreErrorCode;
  constructor(code: StoreErrorCode, message: string, facts: Record<string, string | number> = {}, cause?: unknown) {
    super(KIND[code], code, message, facts, cause);
  }
}

/** Somebody else wrote at the same time: nothing was changed, and it may be run again. */
export function isConflict(error: unknown): boolean {
  return error instanceof StoreError && error.code === "store_conflict";
}
