/**
 * The sandbox custodians: slow, careful, REST with a bearer token and a signature over the body. The plain one handles a
 * transfer within hours and replays an idempotency key for three days; the one with its own approval stage waits for its
 * approvers first and refuses a key it has ever seen, showing what it belongs to.
 */
import {
  hmac,
  isTimely,
  type Route,
  type SandboxReply,
  type SandboxRequest,
  SandboxServer,
  sameText,
  sandboxSecret,
  sha256Hex,
  textField,
} from "./http/index.ts";
import { networkFacts } from "./networks.ts";
import {
  accountPrinter,
  EXPLORER,
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

/** Lifetime of an idempotency key at the custodian without an approval stage. */
export const KEY_LIFETIME_MS = 72 * 3_600_000;

const VAULT_ID = /^[A-Za-z0-9_.-]{1,64}$/;

const STATUS: Readonly<Record<WorldStatus, string>> = {
  pending_approval: "PENDING_APPROVAL",
  processing: "SIGNING",
  confirming: "CONFIRMING",
  completed: "COMPLETED",
  cancelled: "CANCELLED",
  rejected: "REJECTED",
  expired: "EXPIRED",
};

export function createCustodianServer(options: VenueServerOptions): SandboxServer {
  return new SandboxServer({
    ...serverBase(options),
    guard: (request) => guard(options, request),
    routes: routesOf(options),
    notFound: failed(404, "NOT_FOUND", "There is no such resource."),
  });
}

/** Token of the custodian's own approvers; Tidegate never holds it. */
export function consoleToken(seed: number, venue_id: string): string {
  return sandboxSecret(seed, venue_id, "console");
}

function guard(options: VenueServerOptions, request: SandboxRequest): SandboxReply | null {
  if (request.path === "/status" || EXPLORER.test(request.path)) return null;
  if (request.path.startsWith("/console/")) {
    const token = consoleToken(options.world.config.seed, options.venue_id);
    const admitted = sameText(request.headers.authorization ?? "", `Bearer ${token}`);
    return admitted ? null : failed(401, "UNAUTHORIZED", "The console token is missing or wrong.");
  }
  const stamp = request.headers["x-timestamp"] ?? "";
  const text = [stamp, request.method, request.target, sha256Hex(request.raw)].join("\n");
  if (!sameText(request.headers.authorization ?? "", `Bearer ${options.key_id}`)) {
    return failed(401, "UNAUTHORIZED", "The bearer token is missing or wrong.");
  }
  if (!isTimely(stamp, options.clock.now())) return failed(401, "STALE_REQUEST", "The timestamp is too far away.");
  const signed = sameText(request.headers["x-signature"] ?? "", hmac(options.secret, text, "base64"));
  return signed ? null : failed(401, "BAD_SIGNATURE", "The signature does not match the request.");
}

function routesOf(options: VenueServerOptions): Route[] {
  return [
    { method: "GET", pattern: /^\/status$/, run: () => ok(options.status()) },
    explorerRoute(options),
    { method: "GET", pattern: /^\/v2\/vaults$/, run: () => readVaults(options) },
    { method: "POST", pattern: /^\/v2\/vaults$/, run: (request) => openVault(options, request) },
    { method: "GET", pattern: /^\/v2\/vaults\/([^/]+)\/balance$/, run: (request) => readBalance(options, request) },
    { method: "GET", pattern: /^\/v2\/vaults\/([^/]+)\/ledger$/, run: (request) => readLedger(options, request) },
    {
      method: "GET",
      pattern: /^\/v2\/vaults\/([^/]+)\/addresses\/([^/]+)$/,
      run: (request) => readAddress(options, request),
    },
    { method: "GET", pattern: /^\/v2\/networks$/, run: (request) => readNetworks(options, request) },
    { method: "POST", pattern: /^\/v2\/transfers$/, run: (request) => createTransfer(options, request) },
    { method: "GET", pattern: /^\/v2\/transfers$/, run: (request) => readTransfers(options, request) },
    { method: "POST", pattern: /^\/v2\/transfers\/([^/]+)\/cancel$/, run: (request) => cancel(options, request) },
    { method: "GET", pattern: /^\/console\/pending$/, run: () => readPending(options) },
    {
      method: "POST",
      pattern: /^\/console\/transfers\/([^/]+)\/(approve|reject)$/,
      run: (request) => answer(options, request),
    },
  ];
}

function readVaults({ world, venue_id }: VenueServerOptions): SandboxReply {
  const data = world.accountsAt(venue_id).map((row) => ({ vault_id: row.account, asset: row.asset }));
  return ok({ data });
}

/** One vault for each external id, whose name it bears; asked again, it is the same one. */
function openVault({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const id = textField(request.json, "external_id");
  const asset = world.assetOf(textField(request.json, "asset"));
  if (!VAULT_ID.test(id)) return failed(422, "BAD_EXTERNAL_ID", "The external id is missing or malformed.");
  if (!asset || !world.networksOf(asset.id).includes(textField(request.json, "network"))) {
    return failed(422, "BAD_ASSET", "Vaults of this asset are not opened on this network.");
  }
  const row = world.openAccount(venue_id, id, asset.id);
  if (!row) return failed(409, "KEY_CONFLICT", "This external id belongs to a vault of another asset.");
  return { status: 201, body: { vault_id: row.account, asset: row.asset } };
}

function readBalance({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const row = world.account(venue_id, request.parts[0] ?? "");
  if (!row) return failed(404, "NOT_FOUND", "There is no such vault.");
  const text = accountPrinter(world, row);
  return ok({
    vault_id: row.account,
    asset: row.asset,
    total: text(row.total),
    available: text(row.total - row.held),
    pending_out: text(row.held),
    pending_in: text(row.incoming),
    frozen: text(0n),
    sequence: String(row.height),
    as_of: new Date(world.at).toISOString(),
  });
}

function readAddress({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const row = world.account(venue_id, request.parts[0] ?? "");
  const network = request.parts[1] ?? "";
  if (!row || !world.networksOf(row.asset).includes(network)) {
    return failed(404, "NOT_FOUND", "There is no such vault on this network.");
  }
  return ok({ address: addressOf(network, row.key), tag: null });
}

function readNetworks({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const asset = world.assetOf(request.query.get("asset") ?? "");
  if (!asset) return failed(404, "NOT_FOUND", "There is no such asset.");
  const text = printerOf(world, asset.id);
  const data = world.networksOf(asset.id).flatMap((network) => {
    const terms = world.terms(venue_id, asset, network);
    if (!terms) return [];
    const { fee, minimum, step, lead_time_ms } = terms;
    return [{ network, status: "ACTIVE", fee: text(fee), minimum: text(minimum), step: text(step), lead_time_ms }];
  });
  return ok({ data });
}

function readLedger({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const row = world.account(venue_id, request.parts[0] ?? "");
  if (!row) return failed(404, "NOT_FOUND", "There is no such vault.");
  const page = readPage(world, row, request.query);
  if (!page) return failed(410, "GONE", "This part of the ledger is in the archive.");
  const text = accountPrinter(world, row);
  const data = page.movements.map((movement) => ({
    entry_id: `${venue_id}-${movement.seq}`,
    sequence: String(movement.seq),
    type: movement.direction === "in" ? "CREDIT" : "DEBIT",
    amount: text(movement.amount),
    fee: text(movement.fee),
    external_id: movement.reference,
    tx_hash: movement.tx_hash,
    counterparty: movement.counterparty,
    booked_at: new Date(movement.at).toISOString(),
  }));
  return ok({ data, next: page.next, has_more: page.more });
}

function createTransfer(options: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const { world, venue_id } = options;
  const body = request.json;
  const reference = textField(body, "external_id");
  if (request.headers["idempotency-key"] !== reference) {
    return failed(400, "BAD_IDEMPOTENCY_KEY", "The Idempotency-Key must be the external id.");
  }
  const known = knownReply(options, reference, sha256Hex(request.raw));
  if (known) return known;
  const asset = world.assetOf(textField(body, "asset"));
  const amounts = asset && readAmounts(asset, textField(body, "amount"), textField(body, "fee_limit"));
  if (!asset || !amounts) return failed(422, "BAD_AMOUNT", "The asset or the amounts are malformed.");
  const result = world.submit({
    venue: world.venue(venue_id),
    key: `${venue_id}/${textField(body, "vault_id")}`,
    reference,
    body_digest: sha256Hex(request.raw),
    asset,
    network: textField(body, "network"),
    to_address: textField(body, "address"),
    to_memo: textField(body, "tag") || null,
    ...amounts,
    tx_hash: null,
  });
  if (!result.taken) return failed(422, result.refusal.code.toUpperCase(), result.refusal.message);
  return { status: 201, body: transferBody(world, result.transfer) };
}

/** The answer to a key that was used before; null for a new one. */
function knownReply({ world, venue_id }: VenueServerOptions, reference: string, digest: string): SandboxReply | null {
  const known = world.transfersByReference(venue_id, reference).at(-1);
  const remembers_for_ever = world.venue(venue_id).kind === "custodian_with_approval";
  if (!known || (!remembers_for_ever && world.at - known.created_at >= KEY_LIFETIME_MS)) return null;
  if (known.body_digest !== digest) return failed(409, "KEY_CONFLICT", "This external id belongs to another transfer.");
  if (!remembers_for_ever) return { status: 201, body: transferBody(world, known) };
  const error = { code: "DUPLICATE_EXTERNAL_ID", message: "This external id was used before." };
  return { status: 409, body: { error, existing: transferBody(world, known) } };
}

function readTransfers({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const rows = world.transfersByReference(venue_id, request.query.get("external_id") ?? "");
  return ok({ data: rows.map((row) => transferBody(world, row)), as_of: new Date(world.at).toISOString() });
}

function cancel({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const row = world.transfer(venue_id, request.parts[0] ?? "");
  if (!row) return failed(404, "NOT_FOUND", "There is no such transfer.");
  const cancelled = row.status === "cancelled" || world.cancel(row);
  return cancelled ? ok({ status: "CANCELLED" }) : failed(409, "TOO_LATE", "The transfer has left.");
}

function readPending({ world, venue_id }: VenueServerOptions): SandboxReply {
  const open = [...world.state.open].flatMap((id) => world.transfer(venue_id, id) ?? []);
  const waiting = open.filter((row) => row.status === "pending_approval");
  return ok({ data: waiting.map((row) => transferBody(world, row)) });
}

function answer({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const row = world.transfer(venue_id, request.parts[0] ?? "");
  if (!row) return failed(404, "NOT_FOUND", "There is no such transfer.");
  const answered = world.answer(row, request.parts[1] === "approve");
  return answered ? ok({ answered: true }) : failed(409, "NOT_PENDING", "The transfer does not wait for approval.");
}

function transferBody(world: World, row: WorldTransfer) {
  const text = printerOf(world, row.asset);
  return {
    id: row.id,
    external_id: row.reference,
    vault_id: row.key.slice(row.venue.length + 1),
    asset: row.asset,
    network: row.network,
    address: row.to_address,
    tag: row.to_memo,
    amount: text(row.amount),
    network_fee: text(row.fee),
    status: STATUS[row.status],
    tx_hash: row.tx_hash,
    confirmations: { seen: confirmationsOf(row, world.at), needed: networkFacts(row.network).confirmations_needed },
    created_at: new Date(row.created_at).toISOString(),
  };
}

function ok(body: unknown): SandboxReply {
  return { status: 200, body };
}

function failed(status: number, code: string, message: string): SandboxReply {
  return { status, body: { error: { code, message } } };
}
