/** Every failure as `application/problem+json` (RFC 9457) with its stable code; nothing internal ever leaves. */
import { TidegateError } from "../../errors/index.ts";
import type { Log } from "../../ports/index.ts";
import { ApiError, type FieldError } from "../errors.ts";
import type { Problem } from "../schemas/index.ts";

const TITLES: Readonly<Record<number, string>> = {
  400: "The request is malformed",
  401: "Who are you",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  413: "Too large",
  415: "Unsupported media type",
  422: "The input is invalid",
  500: "Internal error",
  503: "Unavailable",
};
/** The same request may succeed later. */
const RETRYABLE: ReadonlySet<number> = new Set([409, 503]);

/** The problem of an error; anything that is not a TidegateError is logged and answered as an internal error. */
export function toProblem(error: unknown, request: { instance: string; request_id: string }, log: Log): Problem {
  const known = error instanceof TidegateError ? error : null;
  if (known === null || known.http_status >= 500) {
    log.error({ request_id: request.request_id, code: known?.code ?? "internal", error: String(error) }, "api error");
  }
  const status = known?.http_status ?? 500;
  const code = known?.code ?? "internal";
  const fields: readonly FieldError[] = error instanceof ApiError ? error.fields : [];
  return {
    type: `https://tidegate.dev/errors/${code}`,
    title: TITLES[status] ?? "Error",
    status,
    code,
    detail: known?.message ?? "Something failed inside Tidegate; its log has the cause under this request_id.",
    instance: request.instance,
    request_id: request.request_id,
    kind: known?.kind ?? "internal",
    retryable: RETRYABLE.has(status),
    facts: { ...known?.facts },
    errors: fields.map(({ pointer, detail }) => ({ pointer, detail })),
  };
}

export function problemResponse(problem: Problem): Response {
  const headers: Record<string, string> = {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    "x-request-id": problem.request_id,
  };
  if (problem.status === 401) headers["www-authenticate"] = "Bearer";
  if (problem.status === 503) headers["retry-after"] = "1";
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}
