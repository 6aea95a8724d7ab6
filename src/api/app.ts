/** The application: guard, identify, limit, validate, answer. Every failure leaves as a problem. */
import { Hono } from "hono";
import type { z } from "zod";
import { assert } from "../errors/index.ts";
import type { Json } from "../store/index.ts";
import { ApiError, type FieldError } from "./errors.ts";
import { wrongFields } from "./field_errors.ts";
import { readiness } from "./health.ts";
import { demandPermission, identify } from "./http/auth.ts";
import { readJsonBody } from "./http/body.ts";
import { guardOrigin } from "./http/guard.ts";
import { answerOnce, demandKey } from "./http/idempotency.ts";
import { problemResponse, toProblem } from "./http/problem.ts";
import { WebhookDoor } from "./http/webhooks.ts";
import { printMetrics, RequestCounter } from "./metrics.ts";
import { type Route, StreamedAnswer } from "./route.ts";
import { ROUTES } from "./routes/index.ts";
import { answerSigningQuestion } from "./signing_questions.ts";
import { LiveStream } from "./stream.ts";
import type { ApiDeps, Caller, RouteContext } from "./types.ts";
import { loadWebFiles } from "./web_files.ts";

export interface App {
  fetch(request: Request): Promise<Response>;
  /** Ends the live streams. */
  close(): void;
}

type Answer = (request: Request, params: Record<string, string>) => Promise<Response>;

/** The whole API as one function from request to response; `startApi` puts it on a port. */
export function createApp(deps: ApiDeps): App {
  const hono = new Hono();
  const stream = new LiveStream(deps.treasury.deps.store);
  const requests = new RequestCounter();
  const web = loadWebFiles(deps.web_dir);
  const guarded = (answer: Answer) => (context: { req: { raw: Request; param(): Record<string, string> } }) =>
    guard(context.req.raw, deps, requests, () => answer(context.req.raw, context.req.param()));

  for (const route of ROUTES) {
    if (route.sandbox_only && deps.config.sandbox === null) continue;
    hono.on(
      route.method.toUpperCase(),
      honoPath(route.path),
      guarded((request, params) => answerRoute(route, request, params, deps)),
    );
  }
  const read = async (request: Request, answer: () => Promise<Response> | Response): Promise<Response> => {
    demandPermission(identify(request, deps.config), "read");
    return answer();
  };
  hono.get(
    "/v1/events",
    guarded((request) => read(request, () => stream.answer(request))),
  );
  const webhooks = new WebhookDoor(deps.treasury);
  hono.post(
    "/v1/webhooks/:venue",
    guarded(async (request, { venue = "" }) => json(200, await webhooks.receive(request, venue))),
  );
  hono.get(
    "/metrics",
    guarded((request) => read(request, async () => metricsResponse(deps, requests))),
  );
  hono.post(
    "/v1/venues/:venue/policy/:secret",
    guarded((request, { venue = "", secret = "" }) => answerSigningQuestion(request, { venue, secret }, deps)),
  );
  hono.get("/openapi.json", guarded(openApiResponse));
  hono.get(
    "/livez",
    guarded(async () => json(200, { status: "ok", checks: [] })),
  );
  hono.get(
    "/readyz",
    guarded(async () => {
      const health = await readiness(deps);
      return json(health.status === "unavailable" ? 503 : 200, health);
    }),
  );
  hono.all(
    "*",
    guarded(async (request) => fallback(request, web.answer(request))),
  );
  return { fetch: async (request) => hono.fetch(request), close: () => stream.close() };
}

async function guard(
  request: Request,
  deps: ApiDeps,
  requests: RequestCounter,
  answer: () => Promise<Response>,
): Promise<Response> {
  const { ids, log } = deps.treasury.deps;
  const request_id = ids.next("req");
  const respond = async (): Promise<Response> => {
    try {
      guardOrigin(request, deps.config.api.host);
      return await answer();
    } catch (error) {
      return problemResponse(
        toProblem(error, { instance: withoutSecret(new URL(request.url).pathname), request_id }, log),
      );
    }
  };
  const response = await respond();
  response.headers.set("x-request-id", request_id);
  requests.count(response.status);
  return response;
}

/** The last part of a policy webhook's path is its secret. */
function withoutSecret(path: string): string {
  return path.replace(/(\/policy\/)[^/]+$/, "$1...");
}

async function answerRoute(
  route: Route,
  request: Request,
  raw_params: Record<string, string>,
  deps: ApiDeps,
): Promise<Response> {
  const caller = identify(request, deps.config);
  demandPermission(caller, route.permission);
  const idempotency_key = route.moves_money ? demandKey(request) : "";
  const raw_body = route.body === null ? undefined : await readJsonBody(request);
  const context = {
    params: parse(route.params, raw_params, "path"),
    query: parse(route.query, Object.fromEntries(new URL(request.url).searchParams), "query"),
    body: route.body === null ? undefined : parse(route.body, raw_body, "body"),
    caller,
    deps,
    idempotency_key,
  } as RouteContext<never, never, never>;
  if (route.moves_money) return answerMoney(route, context, raw_params, raw_body, caller);
  const answer = await route.handler(context);
  return answer instanceof StreamedAnswer ? streamed(answer) : json(route.status, answer);
}

async function answerMoney(
  route: Route,
  context: RouteContext<never, never, never>,
  params: Record<string, string>,
  body: unknown,
  caller: Caller,
): Promise<Response> {
  const { store } = context.deps.treasury.deps;
  const name = `POST ${route.path} ${caller.actor} ${JSON.stringify(params)}`;
  const answer = await answerOnce({ store, key: context.idempotency_key, route: name, body }, async () => ({
    status: route.status,
    body: (await route.handler(context)) as Json,
  }));
  return json(answer.status, answer.body, answer.replayed ? { "idempotency-hit": "true" } : {});
}

/** @throws ApiError api_input_invalid with a pointer to every wrong field */
function parse(schema: z.ZodType, value: unknown, where: "path" | "query" | "body"): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields: FieldError[] = wrongFields(parsed.error).map(({ path, detail }) => ({
    pointer: `/${path.map((step) => String(step).replaceAll("~", "~0").replaceAll("/", "~1")).join("/")}`,
    detail,
  }));
  const [first] = fields;
  const detail = `The ${where} is invalid at ${first?.pointer ?? "/"}: ${first?.detail ?? "it does not match"}.`;
  throw new ApiError("api_input_invalid", detail, { where }, fields);
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...headers,
    },
  });
}

function streamed({ media, chunks, filename }: StreamedAnswer): Response {
  const headers: Record<string, string> = {
    "content-type": media,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  };
  if (filename !== null) headers["content-disposition"] = `attachment; filename="${filename}"`;
  return new Response(streamOf(encode(chunks)), { headers });
}

/** Read on as the other side takes it; whoever leaves early ends the reading. */
function streamOf(parts: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: async (controller) => {
      const { value, done } = await parts.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
    cancel: async () => void (await parts.return(undefined)),
  });
}

async function* encode(chunks: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const chunk of chunks) yield encoder.encode(chunk);
}

/** Loaded when it is asked for: the start does not wait for what few will read. */
async function openApiResponse(): Promise<Response> {
  const { openApiDocument } = await import("./openapi.ts");
  return json(200, openApiDocument());
}

async function metricsResponse(deps: ApiDeps, requests: RequestCounter): Promise<Response> {
  const headers = { "content-type": "text/plain; version=0.0.4; charset=utf-8", "cache-control": "no-store" };
  return new Response(await printMetrics(deps, requests), { headers });
}

function fallback(request: Request, page: Response | null): Response {
  const path = new URL(request.url).pathname;
  const known = ROUTES.some((route) => matches(route.path, path)) || path === "/v1/events";
  if (known) throw new ApiError("api_method_not_allowed", `${path} does not answer ${request.method}.`);
  const browses = request.method === "GET" || request.method === "HEAD";
  if (page !== null && browses && !path.startsWith("/v1/")) return page;
  if (browses && path === "/")
    return text(503, "The terminal is not built; run npm start. The API is at /v1/overview.\n");
  throw new ApiError("api_not_found", `There is nothing at ${path.slice(0, 200)}.`);
}

function text(status: number, body: string): Response {
  return new Response(body, { status, headers: { "content-type": "text/plain; charset=utf-8" } });
}

function honoPath(path: string): string {
  assert(path.startsWith("/v1/"), `routes live under /v1/: ${path}`);
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

function matches(pattern: string, path: string): boolean {
  const source = pattern.replaceAll(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${source}$`).test(path);
}
