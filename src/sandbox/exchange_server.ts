/**
 * The sandbox exchange: a signed REST protocol as exchanges speak it. A client id makes a withdrawal idempotent for 24 h and
 * no longer: afterwards the same id pays again, as it does at real exchanges.
 */

import { orderRoutes } from "./exchange_orders.ts";
import {
  hmac,
  isTimely,
  type Route,
  type SandboxReply,
  type SandboxRequest,
  SandboxServer,
  sameText,
  sha256Hex,
  textField,
} from "./http/index.ts";
import { networkFacts } from "./networks.ts";
import { attachPush } from "./push.ts";
import {
  accountPrinter,
  printerOf,
  readAmounts,
  readPage,
  serverBase,
  type VenueServerOptions,
} from "./server_common.ts";
import { confirmationsOf } from "./status.ts";
import { addressOf, type RefusalCode } from "./transfer_events.ts";
import type { WorldStatus, WorldTransfer } from "./types.ts";
import type { World } from "./world.ts";

/** Lifetime of a client id. */
export const CLIENT_ID_LIFETIME_MS = 24 * 3_600_000;

const STATUS: Readonly<Record<WorldStatus, string>> = {
  pending_approval: "in_review",
  processing: "processing",
  confirming: "sent",
  completed: "completed",
  cancelled: "cancelled",
  rejected: "rejected",
  expired: "rejected",
};

const CODES: Readonly<Record<RefusalCode, number>> = {
  bad_reference: -1100,
  unknown_account: -1121,
  unknown_network: -4001,
  bad_address: -4002,
  below_minimum: -4003,
  bad_step: -4004,
  fee_above_limit: -4005,
  insufficient_balance: -2010,
};

export function createExchangeServer(options: VenueServerOptions): SandboxServer {
  const server = new SandboxServer({
    ...serverBase(options),
    guard: (request) => guard(options, request),
    routes: routesOf(options),
    notFound: failed(404, -1102, "There is no such endpoint."),
  });
  attachPush(server, {
    path: "/ws",
    world: options.world,
    venue_id: options.venue_id,
    admit: (query) => {
      const stamp = query.get("timestamp") ?? "";
      const expected = hmac(options.secret, `${stamp}GET/ws`, "hex");
      return (
        query.get("key") === options.key_id &&
        isTimely(stamp, options.clock.now()) &&
        sameText(query.get("signature") ?? "", expected)
      );
    },
    message: (row) => ({ event: "balance", account: row.account, sequence: String(row.height) }),
  });
  return server;
}

function guard(options: VenueServerOptions, request: SandboxRequest): SandboxReply | null {
  if (request.path === "/status") return null;
  const stamp = request.headers["x-api-timestamp"] ?? "";
  const expected = hmac(options.secret, `${stamp}${request.method}${request.target}${request.raw}`, "hex");
  if (request.headers["x-api-key"] !== options.key_id) return failed(401, -2014, "Unknown API key.");
  if (!isTimely(stamp, options.clock.now())) return failed(401, -1021, "The timestamp is outside the window.");
  if (!sameText(request.headers["x-api-signature"] ?? "", expected)) return failed(401, -1022, "Invalid signature.");
  return null;
}

function routesOf(options: VenueServerOptions): Route[] {
  return [
    { method: "GET", pattern: /^\/status$/, run: () => ok(options.status()) },
    { method: "GET", pattern: /^\/api\/v1\/account$/, run: () => readAccount(options) },
    { method: "GET", pattern: /^\/api\/v1\/networks$/, run: (request) => readNetworks(options, request) },
    { method: "GET", pattern: /^\/api\/v1\/deposit-address$/, run: (request) => readAddress(options, request) },
    ...orderRoutes(options),
    { method: "POST", pattern: /^\/api\/v1\/withdrawals$/, run: (request) => withdraw(options, request) },
    { method: "GET", pattern: /^\/api\/v1\/withdrawals$/, run: (request) => readWithdrawals(options, request) },
    { method: "DELETE", pattern: /^\/api\/v1\/withdrawals\/([^/]+)$/, run: (request) => cancel(options, request) },
    { method: "GET", pattern: /^\/api\/v1\/history$/, run: (request) => readHistory(options, request) },
  ];
}

function readAccount({ world, venue_id }: VenueServerOptions): SandboxReply {
  const balances = world.accountsAt(venue_id).map((row) => {
    const text = accountPrinter(world, row);
    return {
      account: row.account,
      coin: row.asset,
      free: text(row.total - row.held),
      withdrawing: text(row.held),
      depositing: text(row.incoming),
      locked: text(0n),
      sequence: String(row.height),
    };
  });
  return ok({ updateTime: world.at, balances });
}

function readNetworks({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const asset = world.assetOf(request.query.get("coin") ?? "");
  if (!asset) return failed(400, -1121, "Unknown coin.");
  const networks = world.networksOf(asset.id).flatMap((network) => {
    const terms = world.terms(venue_id, asset, network);
    if (!terms) return [];
    const text = printerOf(world, asset.id);
    return [
      {
        network,
        withdrawEnabled: true,
        withdrawFee: text(terms.fee),
        withdrawMin: text(terms.minimum),
        withdrawStep: text(terms.step),
        arrivalTimeMs: terms.lead_time_ms,
      },
    ];
  });
  return ok({ coin: asset.id, networks });
}

function readAddress({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const row = world.account(venue_id, request.query.get("account") ?? "");
  const network = request.query.get("network") ?? "";
  if (!row) return failed(400, -1121, "Unknown account.");
  if (!world.networksOf(row.asset).includes(network)) return failed(400, -4001, "Unknown network.");
  return ok({ address: addressOf(network, row.key), tag: "" });
}

function withdraw(options: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const { world, venue_id } = options;
  const body = request.json;
  const client_id = textField(body, "clientId");
  const digest = sha256Hex(request.raw);
  const known = world.transfersByReference(venue_id, client_id).at(-1);
  if (known && world.at - known.created_at < CLIENT_ID_LIFETIME_MS) {
    if (known.body_digest !== digest) return failed(409, -4026, "This client id was used for another withdrawal.");
    return ok(withdrawalBody(world, known));
  }
  const asset = world.assetOf(textField(body, "coin"));
  if (!asset) return failed(400, -1121, "Unknown coin.");
  const amounts = readAmounts(asset, textField(body, "amount"), textField(body, "maxFee"));
  if (!amounts) return failed(400, -1100, "The amount or the fee limit is malformed.");
  const result = world.submit({
    venue: world.venue(venue_id),
    key: `${venue_id}/${textField(body, "account")}`,
    reference: client_id,
    body_digest: digest,
    asset,
    network: textField(body, "network"),
    to_address: textField(body, "address"),
    to_memo: textField(body, "tag") || null,
    amount: amounts.amount,
    fee_limit: amounts.fee_limit,
    tx_hash: null,
  });
  if (!result.taken) return failed(400, CODES[result.refusal.code], result.refusal.message);
  return ok(withdrawalBody(world, result.transfer));
}

function readWithdrawals({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const rows = world.transfersByReference(venue_id, request.query.get("clientId") ?? "");
  return ok({ serverTime: world.at, rows: rows.map((row) => withdrawalBody(world, row)) });
}

function cancel({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const row = world.transfer(venue_id, request.parts[0] ?? "");
  if (!row) return failed(404, -2013, "There is no such withdrawal.");
  if (row.status === "cancelled") return ok({ cancelled: true });
  return world.cancel(row) ? ok({ cancelled: true }) : failed(409, -2011, "It is too late to cancel.");
}

function readHistory({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const row = world.account(venue_id, request.query.get("account") ?? "");
  if (!row) return failed(400, -1121, "Unknown account.");
  const found = readPage(world, row, request.query);
  if (!found) return failed(410, -1130, "The history before this point is no longer kept.");
  const text = accountPrinter(world, row);
  const rows = found.movements.map((movement) => ({
    id: `${venue_id}-${movement.seq}`,
    sequence: String(movement.seq),
    side: movement.direction === "in" ? "CREDIT" : "DEBIT",
    coin: row.asset,
    amount: text(movement.amount),
    fee: text(movement.fee),
    clientId: movement.reference,
    txId: movement.tx_hash,
    counterparty: movement.counterparty,
    time: movement.at,
  }));
  return ok({ rows, next: found.next, more: found.more });
}

function withdrawalBody(world: World, row: WorldTransfer) {
  const text = printerOf(world, row.asset);
  return {
    id: row.id,
    clientId: row.reference,
    account: row.key.slice(row.venue.length + 1),
    coin: row.asset,
    network: row.network,
    address: row.to_address,
    tag: row.to_memo ?? "",
    amount: text(row.amount),
    fee: text(row.fee),
    status: STATUS[row.status],
    txId: row.tx_hash,
    confirmations: confirmationsOf(row, world.at),
    confirmationsNeeded: networkFacts(row.network).confirmations_needed,
    createdAt: row.created_at,
    completedAt: row.final_at,
  };
}

function ok(body: unknown): SandboxReply {
  return { status: 200, body };
}

function failed(status: number, code: number, msg: string): SandboxReply {
  return { status, body: { code, msg } };
}
