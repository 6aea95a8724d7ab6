/** The HTTP port on the network: `fetch`, with a limit on time and on bytes. Redirects are answers, never followed with keys. */
import { HttpLineError } from "./errors.ts";
import type { HttpPort, PortReply, PortRequest } from "./types.ts";

/** Longest text of a cause that a message carries. */
const REASON_CHARS_MAX = 200;

/** @example createFetchPort().send({ method: "GET", url, headers: {}, body: null, timeout_ms: 10_000, body_bytes_max: 1e7 }) */
export function createFetchPort(): HttpPort {
  return { send };
}

async function send(request: PortRequest): Promise<PortReply> {
  // Not `AbortSignal.timeout`: that one keeps what it could abort until its time has passed, answered or not.
  const late = new AbortController();
  const { signal } = late;
  const timer = setTimeout(() => late.abort(), request.timeout_ms);
  try {
    const { method, headers, body } = request;
    const response = await fetch(request.url, { method, headers, body, signal, redirect: "manual" });
    const text = await readBounded(response, request.body_bytes_max);
    return { status: response.status, headers: Object.fromEntries(response.headers), text };
  } catch (cause) {
    if (cause instanceof HttpLineError) throw cause;
    const whom = originOf(request.url);
    if (signal.aborted)
      throw new HttpLineError(`No answer from ${whom} within ${request.timeout_ms} ms.`, "timeout", cause);
    throw new HttpLineError(`No answer from ${whom}: ${reasonOf(cause, request.url)}.`, "line", cause);
  } finally {
    clearTimeout(timer);
  }
}

/** A body that ends before its announced length makes the reader throw; one that goes on too long is given up. */
async function readBounded(response: Response, bytes_max: number): Promise<string> {
  const tooLarge = (): HttpLineError =>
    new HttpLineError(`The answer is longer than ${bytes_max} bytes; it was not read.`, "too_large");
  if (Number(response.headers.get("content-length") ?? 0) > bytes_max) {
    await response.body?.cancel();
    throw tooLarge();
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytes_max) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Without names, passwords, path and query: any of them may be a key. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "a malformed address";
}

/** What `fetch` says may quote the whole address. */
function reasonOf(cause: unknown, url: string): string {
  if (!(cause instanceof Error)) return "the request failed";
  const inner = cause.cause instanceof Error ? `: ${cause.cause.message}` : "";
  return `${cause.message}${inner}`.replaceAll(url, originOf(url)).slice(0, REASON_CHARS_MAX);
}
