/**
 * What a node's failure means. Endpoints often carry an API key in their URL, and viem prints URLs into its messages: only
 * its short message and the node's own words leave this file, and no cause is attached.
 */
import {
  BaseError,
  ContractFunctionRevertedError,
  ExecutionRevertedError,
  HttpRequestError,
  ResponseBodyTooLargeError,
  TimeoutError,
} from "viem";
import { VenueError } from "../index.ts";

const WORDS_LENGTH_MAX = 200;
/** How a reader of JSON complains of a page, and how a page begins. */
const PAGE = /Unexpected token '?<|<!doctype|<html/i;
const URL_PATTERN = /\b(?:https?|wss?):\/\/\S+/g;

/** @example throw nodeError(error, "read the balance") */
export function nodeError(error: unknown, doing: string): VenueError {
  if (error instanceof VenueError) return error;
  if (!(error instanceof BaseError)) {
    return new VenueError("venue_transient", `The node could not ${doing}: ${safeWords(String(error))}`);
  }
  const own = find(error, VenueError);
  if (own) return own;
  if (find(error, ResponseBodyTooLargeError)) {
    return new VenueError("venue_transient", `The node's answer is too long to be read; it could not ${doing}.`);
  }
  const http = find(error, HttpRequestError);
  if (http) return httpError(http, doing);
  if (find(error, TimeoutError)) return new VenueError("venue_transient", `The node took too long to ${doing}.`);
  if (/insufficient funds/i.test(error.details ?? "")) {
    return new VenueError(
      "venue_insufficient",
      `The account holds too little of the chain's coin to ${doing}: ${nodeWords(error)}`,
    );
  }
  if (isRevert(error)) {
    return new VenueError("venue_policy_denied", `The chain refuses to ${doing}: ${nodeWords(error)}`);
  }
  return new VenueError("venue_transient", `The node could not ${doing}: ${nodeWords(error)}`);
}

/** Runs a read and turns whatever it throws into a VenueError. */
export async function reading<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw nodeError(error, doing);
  }
}

/** What the node said, without addresses of endpoints, bounded. */
export function nodeWords(error: unknown): string {
  if (!(error instanceof BaseError)) return safeWords(String(error));
  const reverted = find(error, ContractFunctionRevertedError);
  const words = reverted?.reason ?? (error.details || error.shortMessage);
  return safeWords(words);
}

/** True when the chain ran the call and refused it: an answer, not a failure of the node. */
export function isRevert(error: unknown): boolean {
  if (!(error instanceof BaseError)) return false;
  if (find(error, ContractFunctionRevertedError) || find(error, ExecutionRevertedError)) return true;
  return /\brevert/i.test(error.details ?? "");
}

function find<T extends Error>(error: BaseError, type: abstract new (...args: never[]) => T): T | null {
  const found = error.walk((cause) => cause instanceof type);
  return found instanceof type ? found : null;
}

function httpError(http: HttpRequestError, doing: string): VenueError {
  const facts = http.status === undefined ? {} : { status: http.status };
  if (http.status === 429) {
    return new VenueError("venue_rate_limited", "The node asks to wait (429).", facts, retryAfter(http));
  }
  if (http.status === 401 || http.status === 403) {
    return new VenueError("venue_auth", `The node refuses our credentials (${http.status}).`, facts);
  }
  if (PAGE.test(http.details)) {
    const message = `The node's address answered with a page for people, not with JSON-RPC; it could not ${doing}. Is it the right address?`;
    return new VenueError("venue_transient", message, facts);
  }
  const status = http.status === undefined ? "no answer" : `status ${http.status}`;
  return new VenueError("venue_transient", `The node could not be asked to ${doing} (${status}).`, facts);
}

/** Seconds, or nothing: a date in this header is as good as silence. */
function retryAfter(http: HttpRequestError): { retry_after_ms?: number } {
  const text = http.headers?.get("retry-after") ?? "";
  return /^\d{1,6}$/.test(text) ? { retry_after_ms: Number(text) * 1_000 } : {};
}

function safeWords(text: string): string {
  return text.replace(URL_PATTERN, "[endpoint]").slice(0, WORDS_LENGTH_MAX);
}
