/** docs/reference/api.md: the table of routes and the permissions of each role. */
import { PERMISSIONS, PERMISSIONS_BY_ROLE, ROUTES, type Route, VENUE_DOORS } from "../../src/api/index.ts";
import { code, GENERATED_NOTE, table } from "./markdown.ts";

/** Served beside the table of routes. */
const OTHERS: readonly (readonly string[])[] = [
  ["`GET`", "`/v1/events`", "read", "", "The live stream: server-sent events, resumed by `Last-Event-ID`"],
  ...VENUE_DOORS.map(({ path, summary }) => ["`POST`", code(path), "none: by signature or secret", "", summary]),
  ["`GET`", "`/metrics`", "read", "", "Prometheus text"],
  ["`GET`", "`/livez`", "none", "", "200 while the process runs"],
  ["`GET`", "`/readyz`", "none", "", "200 when the treasury can be trusted to answer"],
  ["`GET`", "`/openapi.json`", "none", "", "This API as OpenAPI 3.1"],
];

export function apiReference(): string {
  return `${GENERATED_NOTE}
# API

The full description, every field of every answer included, is [OpenAPI 3.1](../../schema/openapi.json), served at \`/openapi.json\`.

Amounts are decimal strings with their asset, times RFC 3339 in UTC, fields snake_case. A failure is \`application/problem+json\` with a stable [code](errors.md). Lists have pages: send \`next_cursor\` back as \`cursor\`.

A POST that can move money demands an \`Idempotency-Key\` of 8 to 200 characters: the same key is the same request, a repeated one is answered from the record with \`Idempotency-Hit: true\`, another body under the same key is refused.

## Routes

${table(["method", "path", "permission", "Idempotency-Key", "what"], [...ROUTES.map(routeRow), ...OTHERS])}

## Behind a proxy

Without tokens the daemon listens on loopback and answers only requests whose \`Host\` is a name of loopback, so that no web page can talk to it through a name of its own. A reverse proxy on the same machine has to send such a name (nginx: \`proxy_set_header Host 127.0.0.1:8420;\`; Caddy: \`header_up Host 127.0.0.1:8420\`); the public name is refused with \`api_host_refused\`. A browser's \`Origin\` must be the \`Host\` that the daemon sees: for the terminal under a public name bind another address (\`api.host\`, with tokens) and pass \`Host\` on unchanged. Of a daemon that venues call, pass through only \`/v1/webhooks/\` and \`/v1/venues/ID/policy/\`, with TLS ended before, the body unchanged to the byte (signatures cover it), and the secret of the second out of the access log.

## Roles

A token stands for a person and its roles. Without tokens the API listens on loopback only, and everybody on the machine may do everything but sign: a vote counts by its signature.

${table(["role", ...PERMISSIONS], roleRows())}
`;
}

function routeRow(route: Route): readonly string[] {
  const summary =
    route.sandbox_only && !route.summary.includes("sandbox") ? `${route.summary} (sandbox)` : route.summary;
  const key = route.moves_money ? "required" : "";
  return [code(route.method.toUpperCase()), code(route.path), route.permission, key, summary];
}

function roleRows(): readonly (readonly string[])[] {
  return Object.entries(PERMISSIONS_BY_ROLE).map(([role, held]) => [
    role,
    ...PERMISSIONS.map((permission) => (held.includes(permission) ? "yes" : "")),
  ]);
}
