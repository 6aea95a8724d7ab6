/** What an unsuccessful answer means: for a submit, proof of refusal or nothing at all; for a read, a typed error. */
import { VenueError, type VenueErrorCode } from "../index.ts";
import type { FindOutcome, SubmitOutcome } from "../port.ts";
import type { HttpReply, ReadVendorError, SendResult } from "./types.ts";

/** With the venue's own error body these say: refused, nothing happened. */
const REFUSALS: ReadonlySet<number> = new Set([400, 401, 403, 404, 422]);

/**
 * Accepted when the venue says so; rejected only when it says in its own words that nothing was taken; everything else,
 * an answer we cannot read included, is unknown.
 */
export function readSubmit(
  { readAccepted, readError }: { readAccepted: (reply: HttpReply) => SubmitOutcome | null; readError: ReadVendorError },
  result: SendResult,
): SubmitOutcome {
  if (!result.answered) return { outcome: "unknown", message: result.message };
  const { reply } = result;
  const accepted = readAccepted(reply);
  if (accepted) return accepted;
  const error = readError(reply);
  if (error && (REFUSALS.has(reply.status) || error.untaken === true) && mayRefuse(reply.status)) {
    return { outcome: "rejected", code: error.code, message: error.message };
  }
  return { outcome: "unknown", message: `The venue answered ${reply.status}${error ? `: ${error.message}` : ""}.` };
}

/** A look-up whose way broke says nothing: it is no absence. Anything but a venue's error is a defect, and goes on. */
export async function lookUp(work: () => Promise<FindOutcome>): Promise<FindOutcome> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof VenueError) return { outcome: "unreadable", message: error.message };
    throw error;
  }
}

/** A server that broke proves nothing, whatever its body says. */
function mayRefuse(status: number): boolean {
  return status < 500 && status !== 408;
}

/** Null for a good answer; the error that any other means. A good status with a vendor's error in its body is no good answer. */
export function errorOf(readError: ReadVendorError, reply: HttpReply): VenueError | null {
  const error = readError(reply);
  const good = reply.status >= 200 && reply.status < 300;
  if (good && error === null && !reply.is_html) return null;
  const wait = reply.retry_after_ms === null ? {} : { retry_after_ms: reply.retry_after_ms };
  const code = error?.kind ?? (good ? "venue_invalid" : codeOf(reply.status));
  return new VenueError(code, sentence(reply, error?.message), { status: reply.status }, wait);
}

function sentence({ status, is_html }: HttpReply, reason: string | undefined): string {
  if (reason !== undefined) return `The venue answered ${status}: ${reason}`;
  if (is_html) {
    return `The venue answered ${status} with a page for people instead of data: a proxy, a log-in or a maintenance page is in between.`;
  }
  if (status >= 300 && status < 400) return `The venue answered ${status}: it wants us elsewhere; check base_url.`;
  return `The venue answered ${status}: no reason given.`;
}

function codeOf(status: number): VenueErrorCode {
  if (status === 401 || status === 403) return "venue_auth";
  if (status === 404) return "venue_not_found";
  if (status === 429 || status === 418) return "venue_rate_limited";
  return status >= 500 ? "venue_transient" : "venue_invalid";
}
