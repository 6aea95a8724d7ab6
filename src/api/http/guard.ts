/**
 * What keeps a web page in the operator's browser from talking to the daemon: the Host must be one we are known by (against
 * DNS rebinding), and a browser's Origin must be our own.
 */
import { ApiError } from "../errors.ts";

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]", "::1"]);

export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host) || /^127(\.\d{1,3}){3}$/.test(host);
}

/** @throws ApiError api_host_refused | api_origin_refused */
export function guardOrigin(request: Request, bound_host: string): void {
  const host = request.headers.get("host") ?? "";
  const name = host.replace(/:\d+$/, "");
  if (isLoopback(bound_host) && !isLoopback(name)) {
    throw new ApiError("api_host_refused", `This daemon does not answer for the host "${name.slice(0, 100)}".`);
  }
  const origin = request.headers.get("origin");
  if (origin === null) {
    if (request.headers.get("sec-fetch-site") === "cross-site" && request.method !== "GET") {
      throw new ApiError("api_origin_refused", "This request comes from another site.");
    }
    return;
  }
  if (origin === `http://${host}` || origin === `https://${host}`) return;
  throw new ApiError("api_origin_refused", `Requests from ${origin.slice(0, 100)} are refused.`);
}
