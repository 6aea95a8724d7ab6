/**
 * Binance's spot protocol as far as a treasury needs it: HMAC-SHA256 over the parameters, coins with their networks, balances,
 * withdrawals with `withdrawOrderId`, deposits, orders, trades. What Binance does with a `withdrawOrderId` that comes again is not
 * confirmed; this fake pays again, which is the worse of the two.
 */
import { printDecimal } from "../../money/index.ts";
import { hmac, type Route, type SandboxReply, type SandboxRequest, SandboxServer, sameText } from "../http/index.ts";
import { type ExchangeServerOptions, exchangeBase, readUnits, units } from "./common.ts";
import type { ExchangeOrder, ExchangeWithdrawal, Refusal } from "./types.ts";

/** `recvWindow`, as ccxt asks for it. */
const WINDOW_MS = 10_000;

const STATUS: Readonly<Record<ExchangeWithdrawal["state"], number>> = {
  review: 2,
  processing: 4,
  completed: 6,
  partial: 6,
  cancelled: 1,
  failed: 5,
  odd: 42,
};
const REFUSALS: Readonly<Record<Refusal["refused"], readonly [number, string]>> = {
  insufficient: [-4026, "The user has insufficient balance available."],
  bad_amount: [-4018, "The withdraw amount is not valid."],
  bad_address: [-4007, "The address is not public."],
  bad_network: [-4015, "The network is not supported."],
  unknown_coin: [-4019, "Current currency is not open for withdrawal."],
  unknown_key: [-4007, "The address is not in the list."],
  duplicate: [-2010, "Duplicate order sent."],
  bad_price: [-1013, "Filter failure: PRICE_FILTER"],
};

export function createBinanceServer(options: ExchangeServerOptions): SandboxServer {
  return new SandboxServer({
    ...exchangeBase(options, "binance"),
    guard: (request) => guard(options, request),
    routes: routesOf(options),
    notFound: failed(404, -1000, "No such endpoint."),
  });
}

const PUBLIC = /^\/api\/v3\/(exchangeInfo|depth|time|ticker\/24hr|trades)$/;

function guard({ key_id, secret, books }: ExchangeServerOptions, request: SandboxRequest): SandboxReply | null {
  if (PUBLIC.test(request.path)) return null;
  if (request.headers["x-mbx-apikey"] !== key_id) return failed(401, -2015, "Invalid API-key, IP, or permissions.");
  const sent = `${request.target.split("?")[1] ?? ""}${request.raw}`;
  const [text = "", signature = ""] = sent.split("&signature=");
  if (!sameText(signature, hmac(secret, text, "hex")))
    return failed(400, -1022, "Signature for this request is not valid.");
  const stamp = Number(paramsOf(request).get("timestamp") ?? Number.NaN);
  if (!(Math.abs(stamp - books.now) <= WINDOW_MS))
    return failed(400, -1021, "Timestamp for this request is outside of the recvWindow.");
  return null;
}

function paramsOf(request: SandboxRequest): URLSearchParams {
  return new URLSearchParams(`${request.query.toString()}&${request.raw}`);
}

function routesOf(options: ExchangeServerOptions): Route[] {
  const { books } = options;
  return [
    { method: "GET", pattern: /^\/api\/v3\/time$/, run: () => ok({ serverTime: books.now }) },
    { method: "GET", pattern: /^\/api\/v3\/exchangeInfo$/, run: () => ok(exchangeInfo(options)) },
    { method: "GET", pattern: /^\/sapi\/v1\/capital\/config\/getall$/, run: () => ok(coins(options)) },
    { method: "GET", pattern: /^\/api\/v3\/account$/, run: () => ok(account(options)) },
    { method: "GET", pattern: /^\/sapi\/v1\/capital\/deposit\/address$/, run: (r) => address(options, r) },
    { method: "POST", pattern: /^\/sapi\/v1\/capital\/withdraw\/apply$/, run: (r) => withdraw(options, r) },
    { method: "GET", pattern: /^\/sapi\/v1\/capital\/withdraw\/history$/, run: (r) => history(options, r) },
    { method: "GET", pattern: /^\/sapi\/v1\/capital\/deposit\/hisrec$/, run: (r) => deposits(options, r) },
    { method: "GET", pattern: /^\/api\/v3\/depth$/, run: (r) => depth(options, r) },
    { method: "POST", pattern: /^\/api\/v3\/order$/, run: (r) => place(options, r) },
    { method: "GET", pattern: /^\/api\/v3\/order$/, run: (r) => findOrder(options, r) },
    { method: "DELETE", pattern: /^\/api\/v3\/order$/, run: () => failed(400, -2011, "Unknown order sent.") },
    { method: "GET", pattern: /^\/api\/v3\/allOrders$/, run: (r) => allOrders(options, r) },
    { method: "GET", pattern: /^\/api\/v3\/myTrades$/, run: (r) => trades(options, r) },
  ];
}

function exchangeInfo({ books }: ExchangeServerOptions): unknown {
  const symbols = books.markets.map((market) => ({
    symbol: `${market.base}${market.quote}`,
    status: "TRADING",
    baseAsset: market.base,
    baseAssetPrecision: 8,
    quoteAsset: market.quote,
    quotePrecision: 8,
    orderTypes: ["LIMIT", "MARKET"],
    isSpotTradingAllowed: true,
    permissions: ["SPOT"],
    filters: [
      { filterType: "PRICE_FILTER", minPrice: "0.01", maxPrice: "1000000", tickSize: "0.01" },
      {
        filterType: "LOT_SIZE",
        minQty: units(books, market.base, market.amount_min),
        maxQty: "9000",
        stepSize: units(books, market.base, market.amount_step),
      },
      { filterType: "NOTIONAL", minNotional: units(books, market.quote, market.value_min) },
    ],
  }));
  return { timezone: "UTC", serverTime: books.now, rateLimits: [], exchangeFilters: [], symbols };
}

function coins({ books }: ExchangeServerOptions): unknown {
  return books.coins.map(({ coin, decimals, networks }) => ({
    coin,
    name: coin,
    depositAllEnable: true,
    withdrawAllEnable: true,
    free: units(books, coin, books.free(coin)),
    locked: "0",
    isLegalMoney: false,
    trading: true,
    networkList: networks.map((network) => ({
      network: network.network,
      coin,
      name: network.network,
      isDefault: network === networks[0],
      depositEnable: true,
      withdrawEnable: true,
      withdrawFee: printDecimal(network.fee, decimals),
      withdrawMin: printDecimal(network.minimum, decimals),
      withdrawMax: printDecimal(network.maximum, decimals),
      withdrawIntegerMultiple: printDecimal(network.step, decimals),
      minConfirm: network.confirmations,
      unLockConfirm: network.confirmations,
      estimatedArrivalTime: 10,
    })),
  }));
}

function account({ books }: ExchangeServerOptions): unknown {
  const balances = books.coins.map(({ coin }) => ({
    asset: coin,
    free: units(books, coin, books.free(coin)),
    locked: "0.00000000",
  }));
  return { canTrade: true, canWithdraw: true, accountType: "SPOT", updateTime: books.now, balances };
}

function address({ books }: ExchangeServerOptions, request: SandboxRequest): SandboxReply {
  const coin = request.query.get("coin") ?? "";
  const network = request.query.get("network") ?? books.coin(coin)?.networks[0]?.network ?? "";
  if (!books.network(coin, network)) return refused({ refused: "bad_network" });
  return ok({ coin, address: books.addressOf(coin, network), tag: "", url: "" });
}

/** The fee is taken out of the amount: `amount` is what leaves the account. */
function withdraw({ books }: ExchangeServerOptions, request: SandboxRequest): SandboxReply {
  const params = paramsOf(request);
  const coin = params.get("coin") ?? "";
  const gross = readUnits(books, coin, params.get("amount"));
  if (gross === null) return failed(400, -1100, "Illegal characters found in parameter 'amount'.");
  const row = books.withdraw({
    client_id: params.get("withdrawOrderId"),
    coin,
    network: params.get("network") ?? books.coin(coin)?.networks[0]?.network ?? "",
    address: params.get("address") ?? "",
    tag: params.get("addressTag") ?? "",
    gross,
  });
  return "refused" in row ? refused(row) : ok({ id: row.id });
}

function history({ books }: ExchangeServerOptions, request: SandboxRequest): SandboxReply {
  const wanted = request.query.get("withdrawOrderId");
  const coin = request.query.get("coin");
  const since = Number(request.query.get("startTime") ?? "0");
  const rows = books.withdrawals.filter(
    (row) =>
      (wanted === null || row.client_id === wanted) && (coin === null || row.coin === coin) && row.created_at >= since,
  );
  return ok(
    rows.map((row) => ({
      id: row.id,
      amount: units(books, row.coin, row.gross - row.fee),
      transactionFee: units(books, row.coin, row.fee),
      coin: row.coin,
      status: STATUS[row.state],
      address: row.address,
      addressTag: row.tag,
      txId: row.tx_hash ?? "",
      applyTime: timeText(row.created_at),
      ...(row.completed_at === null ? {} : { completeTime: timeText(row.completed_at) }),
      network: row.network,
      transferType: 0,
      withdrawOrderId: row.client_id ?? "",
      confirmNo: row.state === "completed" ? 12 : 0,
      walletType: 0,
    })),
  );
}

function deposits({ books }: ExchangeServerOptions, request: SandboxRequest): SandboxReply {
  const coin = request.query.get("coin");
  const since = Number(request.query.get("startTime") ?? "0");
  const rows = books.deposits.filter((row) => (coin === null || row.coin === coin) && row.at >= since);
  return ok(
    rows.map((row) => ({
      id: row.id,
      amount: units(books, row.coin, row.amount),
      coin: row.coin,
      network: row.network,
      status: row.pending === true ? 0 : 1,
      address: row.address,
      addressTag: "",
      txId: row.tx_hash,
      insertTime: row.at,
      transferType: 0,
      confirmTimes: "12/12",
      walletType: 0,
    })),
  );
}

function depth({ books }: ExchangeServerOptions, request: SandboxRequest): SandboxReply {
  const market = marketOf(books, request.query.get("symbol"));
  if (!market) return failed(400, -1121, "Invalid symbol.");
  const name = `${market.base}/${market.quote}`;
  const price = books.prices.get(name);
  if (price === undefined) return ok({ lastUpdateId: 1, bids: [], asks: [] });
  const level = [units(books, market.quote, price), units(books, market.base, books.depth.get(name) ?? 10n ** 12n)];
  return ok({ lastUpdateId: 1, bids: [level], asks: [level] });
}

function place({ books }: ExchangeServerOptions, request: SandboxRequest): SandboxReply {
  const params = paramsOf(request);
  const market = marketOf(books, params.get("symbol"));
  if (!market) return failed(400, -1121, "Invalid symbol.");
  const client_id = params.get("newClientOrderId");
  if (books.orders.some((row) => row.client_id === client_id)) return refused({ refused: "duplicate" });
  const amount = readUnits(books, market.base, params.get("quantity"));
  const price_limit = readUnits(books, market.quote, params.get("price"));
  if (amount === null || price_limit === null) return refused({ refused: "bad_price" });
  if (params.get("timeInForce") !== "IOC") return failed(400, -1115, "Invalid timeInForce.");
  const side = params.get("side") === "SELL" ? "sell" : "buy";
  const row = books.order(market, { client_id, side, amount, price_limit });
  if ("refused" in row)
    return row.refused === "insufficient"
      ? failed(400, -2010, "Account has insufficient balance for requested action.")
      : failed(400, -1013, "Filter failure: LOT_SIZE");
  return ok(orderBody(books, row));
}

function findOrder({ books }: ExchangeServerOptions, request: SandboxRequest): SandboxReply {
  const client_id = request.query.get("origClientOrderId");
  const row = books.orders.find(
    (each) => each.client_id === client_id || each.id.slice(1) === request.query.get("orderId"),
  );
  return row ? ok(orderBody(books, row)) : failed(400, -2013, "Order does not exist.");
}

/** From an order on, oldest first. */
function allOrders({ books }: ExchangeServerOptions, request: SandboxRequest): SandboxReply {
  const market = marketOf(books, request.query.get("symbol"));
  const from = Number(request.query.get("orderId") ?? "0");
  const limit = Number(request.query.get("limit") ?? "500");
  const rows = books.orders.filter((row) => row.market === market && Number(row.id.slice(1)) >= from);
  return ok(rows.slice(0, limit).map((row) => orderBody(books, row)));
}

function orderBody(books: ExchangeServerOptions["books"], row: ExchangeOrder): unknown {
  const { base, quote } = row.market;
  return {
    symbol: `${base}${quote}`,
    orderId: Number(row.id.slice(1)),
    clientOrderId: row.client_id ?? "",
    transactTime: row.created_at,
    time: row.created_at,
    price: units(books, quote, row.price_limit),
    origQty: units(books, base, row.amount),
    executedQty: units(books, base, row.filled),
    cummulativeQuoteQty: units(books, quote, row.value),
    status: row.state === "filled" ? "FILLED" : "EXPIRED",
    timeInForce: "IOC",
    type: "LIMIT",
    side: row.side.toUpperCase(),
  };
}

function trades({ books }: ExchangeServerOptions, request: SandboxRequest): SandboxReply {
  const market = marketOf(books, request.query.get("symbol"));
  const since = Number(request.query.get("startTime") ?? "0");
  const rows = books.trades.filter((row) => row.order.market === market && row.at >= since);
  return ok(
    rows.map((row) => ({
      symbol: `${row.order.market.base}${row.order.market.quote}`,
      id: Number(row.id.slice(1)),
      orderId: Number(row.order.id.slice(1)),
      price: units(books, row.order.market.quote, row.price),
      qty: units(books, row.order.market.base, row.amount),
      quoteQty: units(books, row.order.market.quote, row.value),
      commission: units(books, row.order.market.quote, row.fee),
      commissionAsset: row.order.market.quote,
      time: row.at,
      isBuyer: row.order.side === "buy",
      isMaker: false,
      isBestMatch: true,
    })),
  );
}

function marketOf(books: ExchangeServerOptions["books"], symbol: string | null) {
  return books.markets.find(({ base, quote }) => `${base}${quote}` === symbol);
}

/** 2026-01-07 12:00:00, in UTC. */
function timeText(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace("T", " ");
}

function refused({ refused: code }: Refusal): SandboxReply {
  return failed(400, ...REFUSALS[code]);
}

function ok(body: unknown): SandboxReply {
  return { status: 200, body };
}

function failed(status: number, code: number, msg: string): SandboxReply {
  return { status, body: { code, msg } };
}
