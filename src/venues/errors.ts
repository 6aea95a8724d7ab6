/** Failures of reads and of preparation at a venue. A submit never throws these: its outcome is a type. */
import { type ErrorKind, TidegateError } from "../errors/index.ts";

export type VenueErrorCode =
  | "venue_auth"
  | "venue_not_found"
  | "venue_rate_limited"
  | "venue_invalid"
  | "venue_insufficient"
  | "venue_policy_denied"
  | "venue_transient"
  | "venue_unknown_outcome"
  | "venue_unsupported";

const KIND: Record<VenueErrorCode, ErrorKind> = {
  venue_auth: "unavailable",
  venue_not_found: "not_found",
  venue_rate_limited: "unavailable",
  venue_invalid: "invalid",
  venue_insufficient: "conflict",
  venue_policy_denied: "denied",
  venue_transient: "unavailable",
  venue_unknown_outcome: "unavailable",
  venue_unsupported: "invalid",
};

export class VenueError extends TidegateError {
  declare readonly code: VenueErrorCode;
  /** How long the venue asks to wait; null where it did not say. */
  readonly retry_after_ms: number | null;

  constructor(
    code: VenueErrorCode,
    message: string,
    facts: Record<string, string | number> = {},
    options: { cause?: unknown; retry_after_ms?: number } = {},
  ) {
    super(KIND[code], code, message, facts, options.cause);
    this.retry_after_ms = options.retry_after_ms ?? null;
  }
}
