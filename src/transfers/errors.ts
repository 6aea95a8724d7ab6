/** What planning and moving transfers refuses, each with a stable code. */
import { type ErrorFacts, type ErrorKind, TidegateError } from "../errors/index.ts";

export type TransferErrorCode =
  | "transfer_not_found"
  | "transfer_not_cancellable"
  | "transfer_cancel_unsupported"
  | "transfer_conflict"
  | "transfer_key_reused"
  | "transfer_invalid"
  | "transfer_opposite_open"
  | "transfer_route_busy"
  | "transfer_window_exhausted"
  | "transfer_limit_tightened"
  | "transfer_floor_raised"
  | "transfer_destination_unknown"
  | "transfer_pending_unreadable"
  | "transfer_asset_frozen"
  | "transfer_wallet_busy"
  | "transfer_wallet_inactive"
  | "transfer_replacement_unsafe"
  | "transfer_not_held"
  | "transfer_obligation_taken"
  | "resolution_not_found"
  | "resolution_invalid"
  | "resolution_open"
  | "resolution_contradicted"
  | "envelope_not_found"
  | "envelope_invalid"
  | "envelope_unsupported"
  | "transfer_log_unwitnessed"
  | "treasury_frozen";

const KIND: Record<TransferErrorCode, ErrorKind> = {
  transfer_not_found: "not_found",
  transfer_not_cancellable: "conflict",
  transfer_cancel_unsupported: "conflict",
  transfer_conflict: "conflict",
  transfer_key_reused: "conflict",
  transfer_invalid: "invalid",
  transfer_opposite_open: "conflict",
  transfer_route_busy: "conflict",
  transfer_window_exhausted: "denied",
  transfer_limit_tightened: "denied",
  transfer_floor_raised: "denied",
  transfer_destination_unknown: "denied",
  transfer_pending_unreadable: "stale",
  transfer_asset_frozen: "denied",
  transfer_wallet_busy: "conflict",
  transfer_wallet_inactive: "denied",
  transfer_replacement_unsafe: "denied",
  transfer_not_held: "conflict",
  transfer_obligation_taken: "conflict",
  resolution_not_found: "not_found",
  resolution_invalid: "invalid",
  resolution_open: "conflict",
  resolution_contradicted: "conflict",
  envelope_not_found: "not_found",
  envelope_invalid: "invalid",
  envelope_unsupported: "invalid",
  transfer_log_unwitnessed: "stale",
  treasury_frozen: "denied",
};

export class TransferError extends TidegateError {
  declare readonly code: TransferErrorCode;
  constructor(code: TransferErrorCode, message: string, facts: ErrorFacts = {}) {
    super(KIND[code], code, message, facts);
  }
}
