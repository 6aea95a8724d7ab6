/** What an unsuccessful answer means: for a submit, proof of refusal or nothing at all; for a read, a typed error. */
import { VenueError, type VenueErrorCode } from "../index.ts";
import type { SubmitOutcome } from "../port.ts";
import type { SendResult } from "./transport.ts";
import type { Dialect, WireReply } from "./types.ts";

/** With the venue's own error body these say: refused, nothing happened. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 404, 422]);

/**
 * Accepted when the venue says so; rejected only when it says in its own words that nothing was taken; everything else,
 * an answer we cannot read included, is unknown.
 */
export function readSubmit(dialect: Dialect, result: SendResult): SubmitOutcome {
  if (!result.answered) return { outcome: "unknown", message: result.message };
  const { reply } = result;
  const accepted = dialect.readAccepted(reply);
  if (accepted) return accepted;
  const error = dialect.readError(reply.body);
  if (error && (REFUSALS.has(reply.status) || (reply.status === 429 && error.untaken))) {
    return { outcome: "rejected", code: error.code, message: error.message };
  }
  return { outcome: "unknown", message: `The venue answered ${reply.status}${error ? `: ${error.message}` : ""}.` };
}

/** The body of a good answer. @throws VenueError by the status of any other */
export function bodyOf(dialect: Dialect, result: SendResult): unknown {
  if (!result.answered) throw new VenueError("venue_transient", result.message, {}, { cause: result.cause });
  const { reply } = result;
  if (reply.status >= 200 && reply.status < 300) return reply.body;
  throw errorOf(dialect, reply);
}

function errorOf(dialect: Dialect, reply: WireReply): VenueError {
  const error = dialect.readError(reply.body);
  const message = `The venue answered ${reply.status}: ${error?.message ?? "no reason given."}`;
  const wait = reply.retry_after_ms === null ? {} : { retry_after_ms: reply.retry_after_ms };
  return new VenueError(codeOf(reply.status), message, { status: reply.status }, wait);
}

function codeOf(status: number): VenueErrorCode {
  if (status === 401 || status === 403) return "venue_auth";
  if (status === 404) return "venue_not_found";
  if (status === 429) return "venue_rate_limited";
  return status >= 500 ? "venue_transient" : "venue_invalid";
}
