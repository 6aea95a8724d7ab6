/**
 * Sends one request and says how it ended. The one distinction that matters: an answer that came whole, or no answer, in
 * which case nobody knows what the venue did.
 */
import { parseJson } from "./codec.ts";
import type { WireReply, WireRequest } from "./types.ts";

const BODY_BYTES_MAX = 4 * 1024 * 1024;

export type SendResult =
  | { readonly answered: true; readonly reply: WireReply }
  | { readonly answered: false; readonly message: string; readonly cause: unknown };

/** Never throws. `timeout_ms` is real time. */
export async function send(
  base_url: string,
  request: WireRequest,
  headers: Readonly<Record<string, string>>,
  timeout_ms: number,
): Promise<SendResult> {
  try {
    const response = await fetch(base_url + request.target, {
      method: request.method,
      headers: {
        ...request.headers,
        ...headers,
        ...(request.body === "" ? {} : { "content-type": "application/json" }),
      },
      body: request.body === "" ? null : request.body,
      signal: AbortSignal.timeout(timeout_ms),
      redirect: "error",
    });
    const text = await response.text();
    if (text.length > BODY_BYTES_MAX) return { answered: false, message: "The answer is too long.", cause: null };
    const retry_after_ms = retryAfter(response.headers.get("retry-after"));
    return { answered: true, reply: { status: response.status, body: parseJson(text), retry_after_ms } };
  } catch (cause) {
    return { answered: false, message: `No answer: ${reasonOf(cause)}.`, cause };
  }
}

function retryAfter(text: string | null): number | null {
  return text !== null && /^\d{1,6}$/.test(text) ? Number(text) * 1000 : null;
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "the request failed";
  const inner = cause.cause instanceof Error ? `: ${cause.cause.message}` : "";
  return `${cause.message}${inner}`.slice(0, 200);
}
