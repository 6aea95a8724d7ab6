/** Orders at Binance: limit, immediate or cancel, one for each `newClientOrderId`; a second use is refused (-2010) and looked up. */
import { z } from "zod";
import type { AssetId } from "../../money/index.ts";
import { readShape, wireAmount, wireId } from "../http/index.ts";
import type {
  OrderFindOutcome,
  OrderOutcome,
  OrderQuery,
  OrderRequest,
  QuoteRequest,
  VenueMarket,
  VenueOrder,
  VenueOrders,
  VenueQuote,
} from "../index.ts";
import { VenueError } from "../index.ts";
import { fromClientId, toClientId } from "./client_id.ts";
import type { Call, DialectInput } from "./dialect.ts";
import type { Names } from "./names.ts";
import { readOrderOutcome, walkBook } from "./order_book.ts";
import { OrderReferences, type References } from "./order_references.ts";

/** Taker's fee that is reckoned with; the trades say what it was. */
const FEE_PPM = 1_000;
const NOT_FOUND = "-2013";
/** Orders of one page, and pages that one look may read; fills of orders beyond them are told by the next look. */
const ORDER_PAGE = 1_000;
const ORDER_PAGES_MAX = 20;

const infoShape = z.object({
  symbols: z.array(
    z.object({
      symbol: z.string(),
      status: z.string(),
      baseAsset: z.string(),
      quoteAsset: z.string(),
      filters: z.array(z.looseObject({ filterType: z.string() })),
    }),
  ),
});
const bookShape = z.object({
  bids: z.array(z.tuple([wireAmount, wireAmount]).rest(z.unknown())),
  asks: z.array(z.tuple([wireAmount, wireAmount]).rest(z.unknown())),
});
const orderShape = z.object({
  orderId: wireId,
  clientOrderId: z.string(),
  executedQty: wireAmount,
  cummulativeQuoteQty: wireAmount,
  status: z.string(),
  side: z.string(),
});

const STATUS: Readonly<Record<string, VenueOrder["status"]>> = {
  NEW: "open",
  PENDING_NEW: "open",
  PARTIALLY_FILLED: "open",
  FILLED: "filled",
  CANCELED: "cancelled",
  EXPIRED: "cancelled",
  EXPIRED_IN_MATCH: "cancelled",
  REJECTED: "rejected",
};

export class BinanceOrders implements VenueOrders {
  readonly references_fills = true;
  readonly #input: DialectInput;
  readonly #names: Names;
  readonly #references = new Map<string, OrderReferences>();

  constructor(input: DialectInput, names: Names) {
    this.#input = input;
    this.#names = names;
  }

  async listMarkets(): Promise<readonly VenueMarket[]> {
    const body = await this.#input.api.read(publicCall("exchangeInfo"));
    const { symbols } = readShape(infoShape, body, "list of markets");
    return this.#input.options.markets.flatMap((market) => {
      const [base = "", quote = ""] = market.split("/");
      const row = symbols.find((each) => each.symbol === this.#symbol(base, quote));
      if (row === undefined) return [];
      const of = (filter: string, key: string, asset: AssetId): bigint => {
        const text = row.filters.find((each) => each.filterType === filter)?.[key];
        return this.#names.units(asset, text === undefined ? "0" : String(text));
      };
      const amount_step = of("LOT_SIZE", "stepSize", base);
      return [
        {
          base,
          quote,
          enabled: row.status === "TRADING",
          amount_min: of("LOT_SIZE", "minQty", base),
          amount_step: amount_step > 0n ? amount_step : 1n,
          value_min: of("NOTIONAL", "minNotional", quote),
          fee_ppm: FEE_PPM,
        },
      ];
    });
  }

  async quote(request: QuoteRequest): Promise<VenueQuote> {
    const { base, quote, side } = request;
    const call = publicCall("depth", { symbol: this.#symbol(base, quote), limit: "100" });
    const book = readShape(bookShape, await this.#input.api.read(call, "lookup"), "order book");
    const levels = (side === "sell" ? book.bids : book.asks).map(([price, amount]) => ({
      price,
      price_units: this.#names.units(quote, price),
      amount: this.#names.units(base, amount),
    }));
    return walkBook(levels, request, { names: this.#names, fee_ppm: FEE_PPM, as_of: this.#input.api.now() });
  }

  async place(order: OrderRequest): Promise<OrderOutcome> {
    const client_id = toClientId(order.reference);
    if (client_id === null) {
      return { outcome: "rejected", code: "venue_invalid", message: `"${order.reference}" is no reference of ours.` };
    }
    const params = {
      symbol: this.#symbol(order.base, order.quote),
      side: order.side.toUpperCase(),
      type: "LIMIT",
      timeInForce: "IOC",
      quantity: this.#names.text(order.base, order.amount),
      price: order.price_limit,
      newClientOrderId: client_id,
    };
    const result = await this.#input.api.submit({ api: "private", method: "POST", path: "order", params });
    return readOrderOutcome(
      result,
      (body) => orderShape.safeParse(body).data?.orderId ?? null,
      (reply) => {
        const error = z.object({ code: z.unknown(), msg: z.string() }).safeParse(reply.body).data;
        if (error === undefined) return null;
        // A second use of the client id: the first one counts, and is found by looking.
        const duplicate = /duplicate/i.test(error.msg);
        return {
          code: String(error.code),
          message: error.msg,
          untaken: !duplicate && /^-(1013|11\d\d|2010)$/.test(String(error.code)),
        };
      },
    );
  }

  async find(query: OrderQuery): Promise<OrderFindOutcome> {
    const client_id = toClientId(query.reference);
    const symbol = this.#symbol(query.base, query.quote);
    if (client_id === null) return { outcome: "unreadable", message: "Not a reference of Tidegate's." };
    try {
      const call: Call = {
        api: "private",
        method: "GET",
        path: "order",
        params: { symbol, origClientOrderId: client_id },
      };
      const row = readShape(orderShape, await this.#input.api.read(call, "lookup"), "order");
      if (row.clientOrderId !== client_id) return { outcome: "unreadable", message: "It answered for another order." };
      return { outcome: "found", order: await this.#order(query, row) };
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      if (error.message.includes("Order does not exist") || error.facts.code === NOT_FOUND) {
        return { outcome: "absent", as_of: this.#input.api.now() };
      }
      return { outcome: "unreadable", message: error.message };
    }
  }

  async cancel(query: OrderQuery) {
    const client_id = toClientId(query.reference) ?? "";
    const params = { symbol: this.#symbol(query.base, query.quote), origClientOrderId: client_id };
    const result = await this.#input.api.submit({ api: "private", method: "DELETE", path: "order", params });
    if (!result.answered) return { outcome: "unknown" as const, message: result.message };
    if (result.reply.status === 200) return { outcome: "cancelled" as const };
    const message = "The exchange has filled or cancelled it already.";
    return result.reply.status === 400
      ? { outcome: "too_late" as const, message }
      : { outcome: "unknown" as const, message: `It answered ${result.reply.status}.` };
  }

  /** Trades are listed without the client id of their order: the orders are read beside them. @throws VenueError */
  referencesOf(symbol: string, order_ids: readonly string[]): Promise<References> {
    const known = this.#references.get(symbol) ?? new OrderReferences((ids) => this.#readReferences(symbol, ids));
    this.#references.set(symbol, known);
    return known.of(order_ids);
  }

  /** `allOrders` lists from an order on, oldest first: each page begins at the next one that is not known yet. */
  async #readReferences(symbol: string, order_ids: readonly string[]): Promise<References> {
    const wanted = order_ids.map((id) => BigInt(id)).sort((a, b) => (a < b ? -1 : 1));
    const found = new Map<string, string | null>();
    let last = -1n;
    for (let page = 0; page < ORDER_PAGES_MAX; page += 1) {
      const next = wanted.find((id) => id > last && !found.has(String(id)));
      if (next === undefined) return found;
      const params = { symbol, orderId: String(next), limit: String(ORDER_PAGE) };
      const body = await this.#input.api.read({ api: "private", method: "GET", path: "allOrders", params });
      const rows = readShape(z.array(orderShape), body, "list of orders");
      for (const { orderId, clientOrderId } of rows) found.set(orderId, fromClientId(clientOrderId));
      last = rows.reduce((most, { orderId }) => (BigInt(orderId) > most ? BigInt(orderId) : most), next);
    }
    return found;
  }

  async #order(query: OrderQuery, row: z.output<typeof orderShape>): Promise<VenueOrder> {
    const status = STATUS[row.status] ?? "open";
    const amount_filled = this.#names.units(query.base, row.executedQty);
    const fees = amount_filled > 0n ? await this.#fees(query, row.orderId) : { fee: 0n, fee_asset: null };
    return {
      venue_ref: row.orderId,
      reference: query.reference,
      status,
      final: status !== "open",
      side: row.side === "SELL" ? "sell" : "buy",
      amount_filled,
      value_filled: this.#names.units(query.quote, row.cummulativeQuoteQty),
      ...fees,
      raw_status: row.status,
    };
  }

  async #fees(query: OrderQuery, order_id: string): Promise<{ fee: bigint; fee_asset: AssetId | null }> {
    const params = { symbol: this.#symbol(query.base, query.quote), orderId: order_id };
    const body = await this.#input.api.read({ api: "private", method: "GET", path: "myTrades", params }, "lookup");
    const shape = z.array(z.object({ orderId: wireId, commission: wireAmount, commissionAsset: z.string() }));
    const rows = readShape(shape, body, "list of trades").filter((row) => row.orderId === order_id);
    const fee_asset = this.#names.assetOf(rows[0]?.commissionAsset ?? "");
    if (fee_asset === null) return { fee: 0n, fee_asset };
    return { fee: rows.reduce((sum, row) => sum + this.#names.units(fee_asset, row.commission), 0n), fee_asset };
  }

  #symbol(base: AssetId, quote: AssetId): string {
    return this.#names.coin(base) + this.#names.coin(quote);
  }
}

function publicCall(path: string, params: Record<string, string> = {}): Call {
  return { api: "public", method: "GET", path, params };
}
