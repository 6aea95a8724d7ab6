/** The market of the sandbox exchange: what can be sold, what it would bring, and orders by their client id, for ever. */
import { divide, printDecimal } from "../money/index.ts";
import { type Route, type SandboxReply, type SandboxRequest, sha256Hex, textField } from "./http/index.ts";
import { FEE_PPM, feeOf, lotOf, type SaleRefusal, worthOf } from "./sales.ts";
import { printerOf, readAmounts, type VenueServerOptions } from "./server_common.ts";
import type { WorldOrder } from "./types.ts";
import type { World } from "./world.ts";

const QUOTE = "USDT";

const CODES: Readonly<Record<SaleRefusal, number>> = {
  bad_reference: -1100,
  unknown_account: -1121,
  no_market: -1121,
  bad_step: -4004,
  insufficient_balance: -2010,
};

export function orderRoutes(options: VenueServerOptions): Route[] {
  return [
    { method: "GET", pattern: /^\/api\/v1\/markets$/, run: () => readMarkets(options) },
    { method: "GET", pattern: /^\/api\/v1\/quote$/, run: (request) => readQuote(options, request) },
    { method: "POST", pattern: /^\/api\/v1\/orders$/, run: (request) => place(options, request) },
    { method: "GET", pattern: /^\/api\/v1\/orders$/, run: (request) => readOrder(options, request) },
  ];
}

function readMarkets({ world }: VenueServerOptions): SandboxReply {
  const markets = [...world.config.assets.values()].flatMap((asset) => {
    const lot = lotOf(asset);
    if (lot === null) return [];
    const text = printerOf(world, asset.id);
    return [
      {
        ...{ base: asset.id, quote: QUOTE, tradable: true, lotStep: text(lot.step), lotMin: text(lot.minimum) },
        feePpm: FEE_PPM,
      },
    ];
  });
  return ok({ markets });
}

function readQuote({ world }: VenueServerOptions, { query }: SandboxRequest): SandboxReply {
  const [base, quote] = [world.assetOf(query.get("base") ?? ""), world.assetOf(query.get("quote") ?? "")];
  if (!base || quote?.id !== QUOTE || lotOf(base) === null) return failed(-1121, "There is no such market.");
  const amounts = readAmounts(base, query.get("amount") ?? "", "0");
  if (!amounts || amounts.amount <= 0n) return failed(-1100, "The amount is malformed.");
  const value = worthOf(amounts.amount, base, quote, (asset) => world.price(asset));
  const fee = feeOf(value);
  const text = printerOf(world, quote.id);
  const price = divide(value * 10n ** BigInt(base.decimals), amounts.amount, "down");
  return ok({
    ...{ value: text(value - fee), fee: text(fee), worstPrice: printDecimal(price, quote.decimals) },
    ...{ available: printDecimal(amounts.amount, base.decimals), time: world.at },
  });
}

function place({ world, venue_id }: VenueServerOptions, request: SandboxRequest): SandboxReply {
  const body = request.json;
  const reference = textField(body, "clientId");
  const digest = sha256Hex(request.raw);
  const known = world.order(venue_id, reference);
  if (known !== null) {
    if (known.body_digest !== digest) return failed(-4026, "This client id was used for another order.", 409);
    return ok(orderBody(world, known));
  }
  const [base, quote] = [world.assetOf(textField(body, "base")), world.assetOf(textField(body, "quote"))];
  if (!base || !quote) return failed(-1121, "There is no such market.");
  if (textField(body, "side") !== "SELL") return failed(-1100, "Only sales are taken here.");
  const amounts = readAmounts(base, textField(body, "amount"), "0");
  const limit = readAmounts(quote, textField(body, "limit"), "0");
  if (!amounts || !limit) return failed(-1100, "The amount or the limit is malformed.");
  const account = textField(body, "account");
  const result = world.sell({
    ...{ venue: venue_id, reference, body_digest: digest, account, base, quote },
    ...{ amount: amounts.amount, limit: limit.amount },
  });
  return result.taken ? ok(orderBody(world, result.order)) : failed(CODES[result.refusal], result.refusal);
}

function readOrder({ world, venue_id }: VenueServerOptions, { query }: SandboxRequest): SandboxReply {
  const found = world.order(venue_id, query.get("clientId") ?? "");
  return ok({ serverTime: world.at, rows: found === null ? [] : [orderBody(world, found)] });
}

function orderBody(world: World, row: WorldOrder) {
  const [base, quote] = [printerOf(world, row.base), printerOf(world, row.quote)];
  return {
    ...{ id: row.id, clientId: row.reference, base: row.base, quote: row.quote, side: "SELL" },
    ...{ status: row.filled === row.amount ? "FILLED" : "CANCELLED", amount: base(row.amount) },
    ...{ filled: base(row.filled), value: quote(row.value), fee: quote(row.fee), feeCoin: row.quote },
  };
}

function ok(body: unknown): SandboxReply {
  return { status: 200, body };
}

function failed(code: number, msg: string, status = 400): SandboxReply {
  return { status, body: { code, msg } };
}
