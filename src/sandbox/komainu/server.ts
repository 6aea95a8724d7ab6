/**
 * A Komainu for tests and drills, on loopback: token, signed requests, wallets of three categories, requests with a challenge,
 * transactions, collateral operations, webhooks. Its contract is ours: Komainu publishes none. Both dialects of paths and paging
 * that are known of it are served.
 */
import { createHmac } from "node:crypto";
import { parseDecimal, printDecimal } from "../../money/index.ts";
import type { Clock } from "../../ports/index.ts";
import { type Route, type SandboxReply, type SandboxRequest, SandboxServer, textField } from "../http/index.ts";
import { isSignedBy, type KomainuUser, TOKEN_SECONDS, Tokens, userBySecret } from "./auth.ts";
import { requestBody, transactionBody, walletBody } from "./bodies.ts";
import type { KomainuRequest, RequestDetails, RequestType } from "./types.ts";
import { KomainuWorld, type KomainuWorldOptions } from "./world.ts";

const PAGE_DEFAULT = 50;
const PAGE_MAX = 200;

export interface KomainuServerOptions extends Omit<KomainuWorldOptions, "now"> {
  readonly clock: Clock;
  readonly users: readonly KomainuUser[];
  readonly webhook_secret: string;
}

export interface KomainuServer {
  readonly url: string;
  readonly world: KomainuWorld;
  readonly server: SandboxServer;
  readonly tokens: Tokens;
  /** What would be delivered about a wallet now. */
  webhookOf(wallet_id: string): { readonly body: string; readonly headers: Readonly<Record<string, string>> };
  stop(): Promise<void>;
}

interface Context extends KomainuServerOptions {
  readonly world: KomainuWorld;
  readonly tokens: Tokens;
}

export async function startKomainuServer(options: KomainuServerOptions): Promise<KomainuServer> {
  const { clock, webhook_secret } = options;
  const world = new KomainuWorld({ ...options, now: clock.now() });
  const tokens = new Tokens();
  const server = new SandboxServer({
    name: "komainu",
    clock,
    before: () => world.advance(clock.now()),
    guard: (request) => {
      const known = request.path === "/v1/auth/token" || tokens.userOf(request, clock.now()) !== null;
      return known ? null : failed(401, "UNAUTHORIZED", "token or signature is wrong");
    },
    routes: routesOf({ ...options, world, tokens }),
    notFound: failed(404, "NOT_FOUND", "no such resource"),
    headers: () => ({ date: new Date(clock.now()).toUTCString() }),
  });
  const url = await server.start();
  return {
    url,
    world,
    server,
    tokens,
    webhookOf: (wallet_id) => {
      const body = JSON.stringify({ event_type: "BALANCE_UPDATED", entity: "WALLET", entity_id: wallet_id });
      const stamp = String(clock.now());
      const signature = createHmac("sha256", webhook_secret).update(`${stamp}.${body}`).digest("hex");
      return { body, headers: { "x-komainu-signature": signature, "x-komainu-timestamp": stamp } };
    },
    stop: () => server.stop(),
  };
}

function routesOf(context: Context): Route[] {
  const { world } = context;
  const requests = "/v1/(?:custody/)?requests";
  const act = (name: string): RegExp => new RegExp(`^${requests}/([^/]+)/${name}$`);
  const withRequest =
    (run: (row: KomainuRequest, request: SandboxRequest) => SandboxReply) =>
    (request: SandboxRequest): SandboxReply => {
      const row = world.requests.get(request.parts[0] ?? "");
      return row ? run(row, request) : failed(404, "NOT_FOUND", "request not found");
    };
  const ended = (row: KomainuRequest, status: "CANCELLED"): SandboxReply =>
    world.end(row, status) ? ok(requestBody(world, row)) : failed(409, "INVALID_STATE", `request is ${row.status}`);
  return [
    { method: "POST", pattern: /^\/v1\/auth\/token$/, run: (request) => issue(context, request) },
    {
      method: "GET",
      pattern: /^\/v1\/custody\/assets$/,
      run: (request) => ok(pageOf(request, [...world.assets.values()], ({ code, decimals }) => ({ code, decimals }))),
    },
    {
      method: "GET",
      pattern: /^\/v1\/custody\/wallets$/,
      run: (request) => ok(pageOf(request, [...world.wallets.values()], (row) => walletBody(world, row))),
    },
    {
      method: "GET",
      pattern: /^\/v1\/custody\/wallets\/([^/]+)$/,
      run: (request) => readOne(world.wallets.get(request.parts[0] ?? ""), (row) => walletBody(world, row)),
    },
    { method: "GET", pattern: /^\/v1\/custody\/transactions$/, run: (request) => listTransactions(context, request) },
    {
      method: "GET",
      pattern: /^\/v1\/custody\/transactions\/([^/]+)$/,
      run: (request) => readOne(world.transactions.get(request.parts[0] ?? ""), (row) => transactionBody(world, row)),
    },
    {
      method: "POST",
      pattern: /^\/v1\/custody\/transactions\/estimate-fee$/,
      run: (request) => estimate(context, request),
    },
    {
      method: "GET",
      pattern: /^\/v1\/collateral\/operations$/,
      run: (request) => listRequests(context, request, "COLLATERAL_OPERATION"),
    },
    { method: "POST", pattern: new RegExp(`^${requests}$`), run: (request) => create(context, request) },
    { method: "GET", pattern: new RegExp(`^${requests}$`), run: (request) => listRequests(context, request, null) },
    {
      method: "GET",
      pattern: new RegExp(`^${requests}/([^/]+)$`),
      run: withRequest((row) => ok(requestBody(world, row))),
    },
    { method: "GET", pattern: act("challenge"), run: withRequest((row) => ok({ challenge: row.challenge })) },
    { method: "POST", pattern: act("confirm"), run: withRequest((row, request) => confirm(context, row, request)) },
    { method: "POST", pattern: act("cancel"), run: withRequest((row) => ended(row, "CANCELLED")) },
  ];
}

function issue({ users, tokens, clock }: Context, { json }: SandboxRequest): SandboxReply {
  const user = userBySecret(users, textField(json, "api_user"), textField(json, "api_secret"));
  if (user === null) return failed(401, "UNAUTHORIZED", "user or secret is wrong");
  return ok({ access_token: tokens.issue(user, clock.now()), expires_in: TOKEN_SECONDS });
}

function create({ world }: Context, { json }: SandboxRequest): SandboxReply {
  const type = textField(json, "request_type") as RequestType;
  const inner = (json.details ?? {}) as Record<string, unknown>;
  const asset = world.assets.get(textField(inner, "asset"));
  if (!asset || (type !== "CREATE_TRANSACTION" && type !== "COLLATERAL_OPERATION")) {
    return failed(400, "INVALID_REQUEST", "request_type or asset is wrong");
  }
  const amount = units(textField(inner, "amount"), asset.decimals);
  if (amount === null) return failed(400, "INVALID_REQUEST", "amount is malformed");
  const operation = textField(inner, "operation");
  const details: RequestDetails = {
    wallet: textField(inner, "wallet"),
    asset: asset.code,
    amount,
    destination_address: textField(inner, "destination_address"),
    destination_tag: textField(inner, "destination_tag") || null,
    note: textField(inner, "note"),
    operation: operation === "PLEDGE" || operation === "RELEASE" ? operation : null,
  };
  const refusal = world.refusalOf(type, details);
  if (refusal !== null) return failed(400, "REQUEST_REFUSED", refusal);
  const row = world.request(type, textField(json, "external_reference"), details);
  return { status: 201, body: requestBody(world, row) };
}

function confirm({ world, users }: Context, row: KomainuRequest, { json }: SandboxRequest): SandboxReply {
  const signature = textField(json, "signature");
  if (!users.some((user) => isSignedBy(row.challenge, signature, user.public_key))) {
    return failed(400, "INVALID_SIGNATURE", "the challenge is not signed by the user");
  }
  return world.confirm(row) ? ok(requestBody(world, row)) : failed(409, "INVALID_STATE", `request is ${row.status}`);
}

function estimate({ world }: Context, { json }: SandboxRequest): SandboxReply {
  const asset = world.assets.get(textField(json, "asset"));
  return asset ? ok({ fee: printDecimal(asset.fee, asset.decimals) }) : failed(404, "NOT_FOUND", "asset not found");
}

function listTransactions({ world }: Context, request: SandboxRequest): SandboxReply {
  const wallet = request.query.get("wallet");
  const reference = request.query.get("extRef");
  const rows = [...world.transactions.values()].filter(
    (row) => (wallet === null || row.wallet === wallet) && (reference === null || row.external_reference === reference),
  );
  return ok(pageOf(request, rows, (row) => transactionBody(world, row)));
}

function listRequests({ world }: Context, request: SandboxRequest, type: RequestType | null): SandboxReply {
  const reference = request.query.get("extRef");
  const rows = [...world.requests.values()].filter(
    (row) => (type === null || row.type === type) && (reference === null || row.external_reference === reference),
  );
  return ok(pageOf(request, rows, (row) => requestBody(world, row)));
}

/** `page` and `page_size`, or `offset` (a page index) and `limit`. */
function pageOf<Row>(
  { query }: SandboxRequest,
  rows: readonly Row[],
  body: (row: Row) => unknown,
): Record<string, unknown> {
  const size = Math.min(PAGE_MAX, Number(query.get("page_size") ?? query.get("limit") ?? PAGE_DEFAULT) || PAGE_DEFAULT);
  const index = query.has("offset") ? Number(query.get("offset")) : Number(query.get("page") ?? 1) - 1;
  const start = Math.max(0, index) * size;
  return { data: rows.slice(start, start + size).map(body), has_next: start + size < rows.length };
}

function readOne<Row>(row: Row | undefined, body: (row: Row) => unknown): SandboxReply {
  return row === undefined ? failed(404, "NOT_FOUND", "not found") : ok(body(row));
}

function units(text: string, decimals: number): bigint | null {
  try {
    return parseDecimal(text, decimals);
  } catch {
    return null;
  }
}

function ok(body: unknown): SandboxReply {
  return { status: 200, body };
}

function failed(status: number, error_code: string, message: string): SandboxReply {
  return { status, body: { error_code, errors: [message], status } };
}
