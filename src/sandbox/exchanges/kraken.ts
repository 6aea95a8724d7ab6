/**
 * Kraken's protocol as far as a treasury needs it: API-Sign = HMAC-SHA512 over path and SHA-256 of nonce and body, a nonce that must
 * rise, withdrawals to destinations that were registered under a name, no client id for them, a ledger of every change.
 */
import { createHash, createHmac } from "node:crypto";
import { type Route, type SandboxReply, type SandboxRequest, SandboxServer, sameText } from "../http/index.ts";
import { type ExchangeServerOptions, exchangeBase, readUnits, units } from "./common.ts";
import type { ExchangeOrder, ExchangeWithdrawal, Refusal } from "./types.ts";

const STATUS: Readonly<Record<ExchangeWithdrawal["state"], string>> = {
  review: "Initial",
  processing: "Pending",
  completed: "Success",
  partial: "Partial",
  cancelled: "Failure",
  failed: "Failure",
  odd: "Resting",
};
const REFUSALS: Readonly<Record<Refusal["refused"], string>> = {
  insufficient: "EFunding:Insufficient funds",
  bad_amount: "EFunding:Invalid amount",
  bad_address: "EFunding:Invalid address",
  bad_network: "EFunding:No funding method",
  unknown_coin: "EQuery:Unknown asset",
  unknown_key: "EFunding:Unknown withdraw key",
  duplicate: "EGeneral:Invalid arguments:cl_ord_id",
  bad_price: "EGeneral:Invalid arguments:price",
};
/** Kraken's own names of coins. */
const IDS: Readonly<Record<string, string>> = { BTC: "XXBT", ETH: "XETH" };
const ALTNAMES: Readonly<Record<string, string>> = { BTC: "XBT" };
const PAGE = 50;

export function createKrakenServer(options: ExchangeServerOptions): SandboxServer {
  let last_nonce = 0n;
  return new SandboxServer({
    ...exchangeBase(options, "kraken"),
    guard: (request) => {
      if (request.path.startsWith("/0/public/")) return null;
      const nonce = new URLSearchParams(request.raw).get("nonce") ?? "";
      if (request.headers["api-key"] !== options.key_id) return failed("EAPI:Invalid key");
      if (!sameText(request.headers["api-sign"] ?? "", signatureOf(options.secret, request, nonce)))
        return failed("EAPI:Invalid signature");
      if (!/^\d{1,19}$/.test(nonce) || BigInt(nonce) <= last_nonce) return failed("EAPI:Invalid nonce");
      last_nonce = BigInt(nonce);
      return null;
    },
    routes: routesOf(options),
    notFound: failed("EGeneral:Unknown method"),
  });
}

function signatureOf(secret: string, request: SandboxRequest, nonce: string): string {
  const inner = createHash("sha256")
    .update(nonce + request.raw)
    .digest();
  return createHmac("sha512", Buffer.from(secret, "base64")).update(request.path).update(inner).digest("base64");
}

function routesOf(options: ExchangeServerOptions): Route[] {
  const route = (path: string, run: (params: URLSearchParams) => SandboxReply): Route => ({
    method: path.startsWith("public") ? "GET" : "POST",
    pattern: new RegExp(`^/0/${path}$`),
    run: (request) => run(new URLSearchParams(`${request.query.toString()}&${request.raw}`)),
  });
  return [
    route("public/Assets", () => ok(assets(options))),
    route("public/AssetPairs", () => ok(pairs(options))),
    route("public/Depth", (params) => depth(options, params)),
    route("private/BalanceEx", () => ok(balances(options))),
    route("private/DepositMethods", (params) => ok(depositMethods(options, params))),
    route("private/DepositAddresses", (params) => depositAddresses(options, params)),
    route("private/WithdrawMethods", (params) => ok(withdrawMethods(options, params))),
    route("private/WithdrawInfo", (params) => withdrawInfo(options, params)),
    route("private/Withdraw", (params) => withdraw(options, params)),
    route("private/WithdrawStatus", (params) => ok(withdrawStatus(options, params))),
    route("private/WithdrawCancel", (params) => withdrawCancel(options, params)),
    route("private/Ledgers", (params) => ok(ledgers(options, params))),
    route("private/AddOrder", (params) => addOrder(options, params)),
    route("private/ClosedOrders", (params) => ok(closedOrders(options, params))),
    route("private/QueryTrades", (params) => ok(queryTrades(options, params))),
    route("private/QueryOrders", (params) => ok(queryOrders(options, params))),
    route("private/OpenOrders", () => ok({ open: {} })),
  ];
}

function assets({ books }: ExchangeServerOptions): unknown {
  return Object.fromEntries(
    books.coins.map(({ coin, decimals }) => [
      idOf(coin),
      { aclass: "currency", altname: ALTNAMES[coin] ?? coin, decimals, display_decimals: 5, status: "enabled" },
    ]),
  );
}

function pairs({ books }: ExchangeServerOptions): unknown {
  return Object.fromEntries(
    books.markets.map((market) => {
      const name = `${ALTNAMES[market.base] ?? market.base}${market.quote}`;
      const facts = {
        altname: name,
        wsname: `${ALTNAMES[market.base] ?? market.base}/${market.quote}`,
        aclass_base: "currency",
        base: idOf(market.base),
        aclass_quote: "currency",
        quote: idOf(market.quote),
        pair_decimals: 1,
        cost_decimals: 5,
        lot_decimals: 8,
        lot_multiplier: 1,
        leverage_buy: [],
        leverage_sell: [],
        fees: [[0, 0.26]],
        fees_maker: [[0, 0.16]],
        fee_volume_currency: "ZUSD",
        ordermin: units(books, market.base, market.amount_min),
        costmin: units(books, market.quote, market.value_min),
        tick_size: "0.1",
        status: "online",
      };
      return [name, facts];
    }),
  );
}

function balances({ books }: ExchangeServerOptions): unknown {
  return Object.fromEntries(
    books.coins.map(({ coin }) => [
      idOf(coin),
      { balance: units(books, coin, books.free(coin) + books.leaving(coin)), hold_trade: units(books, coin, 0n) },
    ]),
  );
}

function depositMethods({ books }: ExchangeServerOptions, params: URLSearchParams): unknown {
  return networksOf(books, params).map(({ network }) => ({
    method: network,
    limit: false,
    fee: "0",
    "gen-address": true,
  }));
}

function depositAddresses({ books }: ExchangeServerOptions, params: URLSearchParams): SandboxReply {
  const coin = coinOf(books, params);
  const method = params.get("method") ?? "";
  if (!books.network(coin, method)) return failed(REFUSALS.bad_network);
  return ok([{ address: books.addressOf(coin, method), expiretm: "0", new: true }]);
}

function withdrawMethods({ books }: ExchangeServerOptions, params: URLSearchParams): unknown {
  const coin = coinOf(books, params);
  return networksOf(books, params).map((row) => ({
    asset: idOf(coin),
    method: row.network,
    network: row.network,
    minimum: units(books, coin, row.minimum + row.fee),
  }));
}

function withdrawInfo(options: ExchangeServerOptions, params: URLSearchParams): SandboxReply {
  const { books } = options;
  const key = options.keys?.get(params.get("key") ?? "");
  const network = key && books.network(key.coin, key.network);
  if (!key || !network) return failed(REFUSALS.unknown_key);
  const gross = readUnits(books, key.coin, params.get("amount"));
  if (gross === null) return failed(REFUSALS.bad_amount);
  const net = gross - network.fee;
  return ok({
    method: key.network,
    limit: units(books, key.coin, books.free(key.coin)),
    amount: units(books, key.coin, net < 0n ? 0n : net),
    fee: units(books, key.coin, network.fee),
  });
}

/** The fee is taken out of the amount, and there is no client id: asked again, it pays again. */
function withdraw(options: ExchangeServerOptions, params: URLSearchParams): SandboxReply {
  const { books } = options;
  const key = options.keys?.get(params.get("key") ?? "");
  if (!key) return failed(REFUSALS.unknown_key);
  const given = params.get("address");
  if (given !== null && given !== key.address) return failed(REFUSALS.bad_address);
  const gross = readUnits(books, key.coin, params.get("amount"));
  if (gross === null) return failed(REFUSALS.bad_amount);
  const row = books.withdraw({ ...key, client_id: null, tag: "", gross });
  return "refused" in row ? failed(REFUSALS[row.refused]) : ok({ refid: row.id });
}

function withdrawStatus({ books }: ExchangeServerOptions, params: URLSearchParams): unknown {
  const coin = coinOf(books, params);
  const since_s = Number(params.get("start") ?? "0");
  return books.withdrawals
    .filter((row) => row.coin === coin && row.created_at / 1000 >= since_s)
    .map((row) => ({
      method: row.network,
      network: row.network,
      aclass: "currency",
      asset: idOf(row.coin),
      refid: row.id,
      txid: row.tx_hash ?? "",
      info: row.address,
      amount: units(books, row.coin, row.gross - row.fee),
      fee: units(books, row.coin, row.fee),
      time: Math.floor(row.created_at / 1000),
      status: STATUS[row.state],
      ...(row.state === "cancelled" ? { "status-prop": "canceled" } : {}),
    }))
    .reverse();
}

function withdrawCancel({ books }: ExchangeServerOptions, params: URLSearchParams): SandboxReply {
  return books.cancel(params.get("refid") ?? "") ? ok(true) : failed("EFunding:Unknown reference id");
}

/** Newest first, fifty a page, as Kraken lists it. */
function ledgers({ books }: ExchangeServerOptions, params: URLSearchParams): unknown {
  const coin = coinOf(books, params);
  const since_s = Number(params.get("start") ?? "0");
  const offset = Number(params.get("ofs") ?? "0");
  const rows = books.entries.filter((row) => row.coin === coin && row.at / 1000 > since_s).reverse();
  const page = rows.slice(offset, offset + PAGE).map((row) => [
    row.id,
    {
      aclass: "currency",
      amount: signed(books, coin, row.change),
      asset: idOf(coin),
      balance: units(books, coin, row.balance),
      fee: signed(books, coin, row.fee),
      refid: row.ref,
      time: row.at / 1000,
      type: row.kind,
      subtype: "",
    },
  ]);
  return { ledger: Object.fromEntries(page), count: rows.length };
}

function depth({ books }: ExchangeServerOptions, params: URLSearchParams): SandboxReply {
  const market = marketOf(books, params.get("pair"));
  if (!market) return failed("EQuery:Unknown asset pair");
  const name = `${market.base}/${market.quote}`;
  const price = books.prices.get(name);
  const volume = units(books, market.base, books.depth.get(name) ?? 10n ** 12n);
  const level = price === undefined ? [] : [[units(books, market.quote, price), volume, Math.floor(books.now / 1000)]];
  return ok({ [params.get("pair") ?? ""]: { asks: level, bids: level } });
}

function addOrder({ books }: ExchangeServerOptions, params: URLSearchParams): SandboxReply {
  const market = marketOf(books, params.get("pair"));
  if (!market) return failed("EQuery:Unknown asset pair");
  const client_id = params.get("cl_ord_id");
  if (params.get("timeinforce") !== "IOC" || params.get("ordertype") !== "limit")
    return failed("EGeneral:Invalid arguments:timeinforce");
  if (books.orders.some((row) => row.client_id === client_id)) return failed(REFUSALS.duplicate);
  const amount = readUnits(books, market.base, params.get("volume"));
  const price_limit = readUnits(books, market.quote, params.get("price"));
  if (amount === null || price_limit === null) return failed(REFUSALS.bad_price);
  const side = params.get("type") === "sell" ? "sell" : "buy";
  const row = books.order(market, { client_id, side, amount, price_limit });
  if ("refused" in row)
    return failed(row.refused === "insufficient" ? "EOrder:Insufficient funds" : "EGeneral:Invalid arguments:volume");
  return ok({ txid: [row.id], descr: { order: `${side} ${params.get("volume")} @ limit ${params.get("price")}` } });
}

function closedOrders({ books }: ExchangeServerOptions, params: URLSearchParams): unknown {
  const wanted = params.get("cl_ord_id");
  const rows = books.orders.filter((row) => wanted === null || row.client_id === wanted);
  return { closed: Object.fromEntries(rows.map((row) => [row.id, orderBody(books, row)])), count: rows.length };
}

/** Twenty at once; a trade names its order and nothing that a client gave it. */
function queryTrades({ books }: ExchangeServerOptions, params: URLSearchParams): unknown {
  const wanted = namedIn(params, 20);
  return Object.fromEntries(
    books.trades
      .filter(({ id }) => wanted.has(id))
      .map(({ id, order, at, amount, value, fee }) => [
        id,
        {
          ...{ ordertxid: order.id, time: at / 1000, type: order.side, ordertype: "limit" },
          vol: units(books, order.market.base, amount),
          cost: units(books, order.market.quote, value),
          fee: units(books, order.market.quote, fee),
        },
      ]),
  );
}

function queryOrders({ books }: ExchangeServerOptions, params: URLSearchParams): unknown {
  const wanted = namedIn(params, 50);
  return Object.fromEntries(
    books.orders.filter(({ id }) => wanted.has(id)).map((row) => [row.id, orderBody(books, row)]),
  );
}

function namedIn(params: URLSearchParams, most: number): ReadonlySet<string> {
  return new Set((params.get("txid") ?? "").split(",").slice(0, most));
}

function orderBody(books: ExchangeServerOptions["books"], row: ExchangeOrder): unknown {
  const { base, quote } = row.market;
  return {
    cl_ord_id: row.client_id,
    status: row.state === "filled" ? "closed" : "canceled",
    opentm: row.created_at / 1000,
    descr: {
      pair: `${ALTNAMES[base] ?? base}${quote}`,
      type: row.side,
      ordertype: "limit",
      price: units(books, quote, row.price_limit),
    },
    vol: units(books, base, row.amount),
    vol_exec: units(books, base, row.filled),
    cost: units(books, quote, row.value),
    fee: units(books, quote, row.fee),
  };
}

function networksOf(books: ExchangeServerOptions["books"], params: URLSearchParams) {
  return books.coin(coinOf(books, params))?.networks ?? [];
}

function coinOf(books: ExchangeServerOptions["books"], params: URLSearchParams): string {
  const id = params.get("asset");
  return books.coins.find(({ coin }) => idOf(coin) === id || coin === id || ALTNAMES[coin] === id)?.coin ?? "";
}

function marketOf(books: ExchangeServerOptions["books"], pair: string | null) {
  return books.markets.find(({ base, quote }) => `${ALTNAMES[base] ?? base}${quote}` === pair);
}

function idOf(coin: string): string {
  return IDS[coin] ?? coin;
}

function signed(books: ExchangeServerOptions["books"], coin: string, amount: bigint): string {
  return amount < 0n ? `-${units(books, coin, -amount)}` : units(books, coin, amount);
}

function ok(result: unknown): SandboxReply {
  return { status: 200, body: { error: [], result } };
}

/** Kraken answers 200 with an error body. */
function failed(error: string): SandboxReply {
  return { status: 200, body: { error: [error] } };
}
