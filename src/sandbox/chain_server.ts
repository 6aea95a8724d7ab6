/**
 * The sandbox chain: a public node and one wallet on it. What is sent is a signed transfer; its hash is its identity, so
 * the same bytes sent twice pay once, for ever. Blocks follow treasury time; a transfer is final after enough of them.
 */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, verify } from "node:crypto";
import { type Route, type SandboxReply, type SandboxRequest, SandboxServer, textField } from "./http/index.ts";
import { networkFacts } from "./networks.ts";
import { attachPush } from "./push.ts";
import {
  accountPrinter,
  explorerRoute,
  printerOf,
  readAmounts,
  readPage,
  serverBase,
  type VenueServerOptions,
} from "./server_common.ts";
import { confirmationsOf } from "./status.ts";
import { addressOf } from "./transfer_events.ts";
import type { WorldStatus, WorldTransfer } from "./types.ts";
import type { World } from "./world.ts";

/** DER prefix of a PKCS #8 Ed25519 private key (RFC 8410); the 32-byte seed follows. */
const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");

const STATUS: Readonly<Record<WorldStatus, string>> = {
  pending_approval: "mempool",
  processing: "mempool",
  confirming: "included",
  completed: "finalized",
  cancelled: "dropped",
  rejected: "dropped",
  expired: "dropped",
};

export function createChainServer(options: VenueServerOptions): SandboxServer {
  const public_key = publicKeyOf(options.secret);
  const server = new SandboxServer({
    ...serverBase(options),
    routes: routesOf(options, public_key),
    notFound: failed(404, "no_endpoint", "There is no such endpoint."),
  });
  attachPush(server, {
    path: "/v1/subscribe",
    world: options.world,
    venue_id: options.venue_id,
    admit: () => true,
    message: (row) => ({ type: "account_changed", account: row.account, height: row.height }),
  });
  return server;
}

function routesOf(options: VenueServerOptions, key: KeyObject): Route[] {
  const { world, venue_id } = options;
  return [
    { method: "GET", pattern: /^\/status$/, run: () => ok(options.status()) },
    explorerRoute(options),
    { method: "GET", pattern: /^\/v1\/head$/, run: () => ok({ height: world.state.seq, time: world.at }) },
    { method: "GET", pattern: /^\/v1\/accounts$/, run: () => ok({ accounts: world.accountsAt(venue_id).map(named) }) },
    { method: "GET", pattern: /^\/v1\/accounts\/([^/]+)$/, run: (request) => readAccount(options, request) },
    {
      method: "GET",
      pattern: /^\/v1\/accounts\/([^/]+)\/transfers$/,
      run: (request) => readTransfers(options, request),
    },
    { method: "GET", pattern: /^\/v1\/accounts\/([^/]+)\/address$/, run: (request) => readAddress(options, request) },
    { method: "GET", pattern: /^\/v1\/fees$/, run: (request) => readFees(options, request) },
    { method: "POST", pattern: /^\/v1\/transactions$/, run: (request) => broadcast(options, key, request) },
    { method: "GET", pattern: /^\/v1\/transactions$/, run: (request) => readTransactions(options, request) },
  ];
}

function named(row: { readonly account: string; readonly asset: string }) {
  return { name: row.account, asset: row.asset };
}

function readAccount({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const row = world.account(venue_id, request.parts[0] ?? "");
  if (!row) return failed(404, "unknown_account", "There is no such account.");
  const text = accountPrinter(world, row);
  return ok({
    name: row.account,
    asset: row.asset,
    balance: text(row.total),
    unconfirmed_out: text(row.held),
    unconfirmed_in: text(row.incoming),
    height: String(row.height),
    time: world.at,
  });
}

function readAddress({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const row = world.account(venue_id, request.parts[0] ?? "");
  const network = request.query.get("network") ?? "";
  if (!row || !world.networksOf(row.asset).includes(network)) {
    return failed(404, "unknown_account", "There is no such account on this network.");
  }
  return ok({ address: addressOf(network, row.key) });
}

function readFees({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const asset = world.assetOf(request.query.get("asset") ?? "");
  if (!asset) return failed(404, "unknown_asset", "There is no such asset.");
  const text = printerOf(world, asset.id);
  const networks = world.networksOf(asset.id).flatMap((network) => {
    const terms = world.terms(venue_id, asset, network);
    return terms
      ? [
          {
            network,
            fee: text(terms.fee),
            dust: text(terms.minimum),
            unit: text(terms.step),
            final_after_ms: terms.lead_time_ms,
          },
        ]
      : [];
  });
  return ok({ networks });
}

function readTransfers({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const row = world.account(venue_id, request.parts[0] ?? "");
  if (!row) return failed(404, "unknown_account", "There is no such account.");
  const page = readPage(world, row, request.query);
  if (!page) return failed(410, "pruned", "The node has pruned this part of the history.");
  const text = accountPrinter(world, row);
  const transfers = page.movements.map((movement) => ({
    id: `${venue_id}-${movement.seq}`,
    height: String(movement.seq),
    direction: movement.direction,
    amount: text(movement.amount),
    fee: text(movement.fee),
    note: movement.reference,
    hash: movement.tx_hash,
    peer: movement.counterparty,
    time: movement.at,
  }));
  return ok({ transfers, next: page.next, more: page.more });
}

function broadcast({ world, venue_id }: VenueServerOptions, key: KeyObject, request: SandboxRequest): SandboxReply {
  const payload = textField(request.json, "payload");
  const signature = textField(request.json, "signature");
  const hash = createHash("sha256").update(`${payload}.${signature}`).digest("hex");
  const known = world.transferByHash(venue_id, hash);
  if (known) return ok(transactionBody(world, known));
  const fields = parsePayload(payload);
  if (!fields || !verify(null, Buffer.from(payload), key, Buffer.from(signature, "hex"))) {
    return failed(400, "bad_signature", "The transaction is malformed or its signature does not match.");
  }
  const asset = world.assetOf(textField(fields, "asset"));
  const amounts = asset && readAmounts(asset, textField(fields, "amount"), textField(fields, "fee_limit"));
  if (!asset || !amounts) return failed(400, "bad_transaction", "The transaction's asset or amounts are malformed.");
  const result = world.submit({
    venue: world.venue(venue_id),
    key: `${venue_id}/${textField(fields, "from")}`,
    reference: textField(fields, "note"),
    body_digest: hash,
    asset,
    network: textField(fields, "network"),
    to_address: textField(fields, "to"),
    to_memo: textField(fields, "memo") || null,
    ...amounts,
    tx_hash: hash,
  });
  if (!result.taken) return failed(400, result.refusal.code, result.refusal.message);
  return ok(transactionBody(world, result.transfer));
}

function readTransactions({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const hash = request.query.get("hash");
  const by_hash = hash === null ? null : world.transferByHash(venue_id, hash);
  const rows =
    hash === null ? world.transfersByReference(venue_id, request.query.get("note") ?? "") : by_hash ? [by_hash] : [];
  return ok({ time: world.at, transactions: rows.map((row) => transactionBody(world, row)) });
}

function transactionBody(world: World, row: WorldTransfer) {
  const text = printerOf(world, row.asset);
  return {
    hash: row.tx_hash,
    note: row.reference,
    asset: row.asset,
    network: row.network,
    to: row.to_address,
    amount: text(row.amount),
    fee: text(row.fee),
    status: STATUS[row.status],
    confirmations: confirmationsOf(row, world.at),
    final_at_confirmations: networkFacts(row.network).confirmations_needed,
  };
}

function publicKeyOf(seed_hex: string): KeyObject {
  const der = Buffer.concat([PKCS8_ED25519, Buffer.from(seed_hex, "hex")]);
  return createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
}

function parsePayload(payload: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(payload);
    return value !== null && typeof value === "object" ? { ...value } : null;
  } catch {
    return null;
  }
}

function ok(body: unknown): SandboxReply {
  return { status: 200, body };
}

function failed(status: number, code: string, message: string): SandboxReply {
  return { status, body: { error: { code, message } } };
}
