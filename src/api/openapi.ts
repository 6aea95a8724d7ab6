/** OpenAPI 3.1 from the table of routes. */
import { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Route } from "./route.ts";
import { ROUTES } from "./routes/index.ts";
import { ProblemSchema } from "./schemas/index.ts";
import { VENUE_DOORS } from "./venue_doors.ts";

const KeyHeader = z.object({
  "idempotency-key": z
    .string()
    .min(8)
    .max(200)
    .describe("The same key is the same request, whatever happened to its answer"),
});

export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths?: Readonly<Record<string, unknown>> | undefined;
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> } | undefined;
}

/** The document served at `/openapi.json` and kept in `schema/openapi.json`. */
export function openApiDocument(): OpenApiDocument {
  const app = new OpenAPIHono();
  for (const route of ROUTES) register(app, route);
  for (const door of VENUE_DOORS) registerDoor(app, door);
  app.openAPIRegistry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Tidegate",
      version: "1",
      description:
        "Amounts are decimal strings with their asset, times RFC 3339 in UTC. Failures are application/problem+json with a stable code. The live stream is GET /v1/events (server-sent events, resumed by Last-Event-ID).",
    },
    security: [{ token: [] }],
  }) as OpenApiDocument;
}

function register(app: OpenAPIHono, route: Route): void {
  const problem = { description: "Failure", content: { "application/problem+json": { schema: ProblemSchema } } };
  app.openAPIRegistry.registerPath({
    method: route.method,
    path: route.path,
    summary: route.summary,
    tags: [route.tag],
    operationId: operationId(route),
    request: {
      params: route.params,
      query: route.query,
      ...(route.moves_money ? { headers: KeyHeader } : {}),
      ...(route.body === null
        ? {}
        : { body: { required: true, content: { "application/json": { schema: route.body } } } }),
    },
    responses: {
      [route.status]: {
        description: "Success",
        content: Object.fromEntries(
          route.media.map((media) => [media, { schema: media === "application/json" ? route.out : z.string() }]),
        ),
      },
      default: problem,
    },
    "x-permission": route.permission,
    "x-moves-money": route.moves_money,
    "x-sandbox-only": route.sandbox_only,
  });
}

function registerDoor(app: OpenAPIHono, { path, summary, params, answers }: (typeof VENUE_DOORS)[number]): void {
  const problem = { description: "Failure", content: { "application/problem+json": { schema: ProblemSchema } } };
  const responses = Object.entries(answers).map(([status, { description, schema }]) => [
    status,
    {
      description,
      content: { [schema === ProblemSchema ? "application/problem+json" : "application/json"]: { schema } },
    },
  ]);
  app.openAPIRegistry.registerPath({
    ...{ method: "post", path, summary, tags: ["venues"], security: [] },
    operationId: operationId({ method: "post", path }),
    request: {
      params,
      body: {
        required: true,
        content: { "application/octet-stream": { schema: z.string().meta({ format: "binary" }) } },
      },
    },
    responses: { ...Object.fromEntries(responses), default: problem },
  });
}

/** @example operationId({ method: "get", path: "/v1/pools/{id}/history" }) // "get_pools_id_history" */
export function operationId({ method, path }: Pick<Route, "method" | "path">): string {
  const words = path.replace("/v1/", "").replaceAll(/[{}]/g, "").split(/[/-]/);
  return [method, ...words].join("_");
}
