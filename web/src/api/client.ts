/** One door to `/v1`: JSON in and out, failures as a sentence a person can act on. */
import type { Problem } from "./types.ts";

/** How long one request may take. */
const REQUEST_TIMEOUT_MS = 20_000;
const TOKEN_KEY = "tidegate.token";

/** A failed request: RFC 9457 where the server answered, our own words where it did not. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly pointers: readonly { readonly pointer: string; readonly detail: string }[];

  constructor(status: number, code: string, detail: string, pointers: Problem["errors"] = []) {
    super(detail);
    this.status = status;
    this.code = code;
    this.pointers = pointers;
  }
}

/** The bearer token of this tab, for a daemon that is not bound to loopback; gone when the tab closes. */
export const token = {
  read: (): string | null => sessionStorage.getItem(TOKEN_KEY),
  write: (value: string): void => sessionStorage.setItem(TOKEN_KEY, value),
};

export function authorization(): Record<string, string> {
  const value = token.read();
  return value === null ? {} : { authorization: `Bearer ${value}` };
}

/** @throws ApiError */
export function get<T>(path: string): Promise<T> {
  return call<T>("GET", path);
}

/**
 * `key` makes the request idempotent: the same key is the same request, whatever happened to the first answer.
 * @throws ApiError
 */
export function post<T>(path: string, body: unknown, key: string, wait: Wait = {}): Promise<T> {
  return call<T>("POST", path, { body, key }, wait);
}

/** How long to wait for an answer, and what ends the waiting. */
export interface Wait {
  readonly signal?: AbortSignal;
  readonly timeout_ms?: number;
}

async function call<T>(
  method: string,
  path: string,
  send?: { body: unknown; key: string },
  wait: Wait = {},
): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json", ...authorization() };
  const timeout = AbortSignal.timeout(wait.timeout_ms ?? REQUEST_TIMEOUT_MS);
  const signal = wait.signal === undefined ? timeout : AbortSignal.any([timeout, wait.signal]);
  const init: RequestInit = { method, headers, signal };
  if (send) {
    headers["content-type"] = "application/json";
    headers["idempotency-key"] = send.key;
    init.body = JSON.stringify(send.body);
  }
  const response = await reach(path, init);
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw asError(response.status, body);
  if (body === null)
    throw new ApiError(response.status, "answer_unreadable", `The daemon's answer to ${path} was not JSON.`);
  return body as T;
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch {
    throw new ApiError(0, "daemon_unreachable", "The daemon does not answer. What you see is the last known state.");
  }
}

function asError(status: number, body: unknown): ApiError {
  const problem = (body ?? {}) as Partial<Problem>;
  const detail = problem.detail ?? `The daemon answered ${status}.`;
  return new ApiError(status, problem.code ?? "http_error", detail, problem.errors ?? []);
}

/** Fetches a file with this tab's token and hands it to the browser. @throws ApiError */
export async function saveFile(path: string, name: string): Promise<void> {
  const response = await reach(path, { headers: authorization() });
  if (!response.ok) throw asError(response.status, await response.json().catch(() => null));
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** A key minted once per intent, when its sheet opens. */
export function mintKey(): string {
  return crypto.randomUUID();
}
