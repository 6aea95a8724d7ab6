/** Failures of the HTTP face itself, with the status they deserve. */
import { type ErrorFacts, type ErrorKind, TidegateError } from "../errors/index.ts";

export type ApiErrorCode =
  | "api_needs_tokens"
  | "api_port_in_use"
  | "api_address_unavailable"
  | "api_unauthenticated"
  | "api_forbidden"
  | "api_person_unknown"
  | "api_person_mismatch"
  | "api_host_refused"
  | "api_webhook_refused"
  | "api_origin_refused"
  | "api_not_found"
  | "api_method_not_allowed"
  | "api_body_too_large"
  | "api_body_malformed"
  | "api_media_type"
  | "api_input_invalid"
  | "api_cursor_malformed"
  | "api_too_many_streams"
  | "idempotency_key_missing"
  | "idempotency_key_malformed"
  | "idempotency_key_reused"
  | "idempotency_in_flight";

const STATUS: Record<ApiErrorCode, number> = {
  api_needs_tokens: 500,
  api_port_in_use: 500,
  api_address_unavailable: 500,
  api_unauthenticated: 401,
  api_forbidden: 403,
  api_person_unknown: 422,
  api_person_mismatch: 403,
  api_host_refused: 403,
  api_webhook_refused: 401,
  api_origin_refused: 403,
  api_not_found: 404,
  api_method_not_allowed: 405,
  api_body_too_large: 413,
  api_body_malformed: 400,
  api_media_type: 415,
  api_input_invalid: 422,
  api_cursor_malformed: 422,
  api_too_many_streams: 503,
  idempotency_key_missing: 400,
  idempotency_key_malformed: 400,
  idempotency_key_reused: 422,
  idempotency_in_flight: 409,
};

/** A field that was wrong: JSON pointer and sentence. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

export class ApiError extends TidegateError {
  declare readonly code: ApiErrorCode;
  readonly fields: readonly FieldError[];

  constructor(code: ApiErrorCode, message: string, facts: ErrorFacts = {}, fields: readonly FieldError[] = []) {
    super(kindOf(code), code, message, facts);
    this.fields = fields;
  }

  override get http_status(): number {
    return STATUS[this.code];
  }
}

function kindOf(code: ApiErrorCode): ErrorKind {
  const status = STATUS[code];
  if (status === 404) return "not_found";
  if (status === 409) return "conflict";
  if (status === 401 || status === 403) return "denied";
  if (status === 503) return "unavailable";
  return status === 500 ? "usage" : "invalid";
}
