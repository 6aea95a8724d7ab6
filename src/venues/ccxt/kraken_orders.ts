/** Orders at Kraken: limit, immediate or cancel, with `cl_ord_id` (a UUID); looked up among open and closed orders by it. */
import { z } from "zod";
import type { AssetId } from "../../money/index.ts";
import { readShape, wireAmount } from "../http/index.ts";
import type { HttpReply, VendorError } from "../http/types.ts";
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
import { orderOfUuid, toUuid } from "./client_id.ts";
import type { DialectInput } from "./dialect.ts";
import type { Names } from "./names.ts";
import { readOrderOutcome, walkBook } from "./order_book.ts";
import { OrderReferences, type References } from "./order_references.ts";

/** Taker's fee that is reckoned with; the order says what it was. */
const FEE_PPM = 4_000;
/** Most that Kraken answers for at once. */
const TRADES_AT_ONCE = 20;
const ORDERS_AT_ONCE = 50;
const ALTNAMES: Readonly<Record<string, string>> = { XXBT: "XBT", XETH: "ETH" };

const envelope = z.object({ error: z.array(z.string()), result: z.unknown().optional() });
const pairsShape = z.record(
  z.string(),
  z.object({
    altname: z.string(),
    lot_decimals: wireAmount,
    ordermin: wireAmount.optional(),
    costmin: wireAmount.optional(),
    status: z.string().optional(),
  }),
);
const level = z.tuple([wireAmount, wireAmount]).rest(z.unknown());
const bookShape = z.record(z.string(), z.object({ bids: z.array(level), asks: z.array(level) }));
const orderShape = z.object({
  cl_ord_id: z.string().nullish(),
  status: z.string(),
  descr: z.object({ type: z.string() }),
  vol_exec: wireAmount,
  cost: wireAmount,
  fee: wireAmount,
});
const tradesShape = z.record(z.string(), z.object({ ordertxid: z.string().min(1) }));
const listShape = z.object({
  open: z.record(z.string(), orderShape).optional(),
  closed: z.record(z.string(), orderShape).optional(),
});

const STATUS: Readonly<Record<string, VenueOrder["status"]>> = {
  pending: "open",
  open: "open",
  closed: "filled",
  canceled: "cancelled",
  expired: "cancelled",
};

export class KrakenOrders implements VenueOrders {
  readonly references_fills = true;
  readonly #input: DialectInput;
  readonly #names: Names;
  readonly #references = new OrderReferences((ids) => this.#readReferences(ids));

  constructor(input: DialectInput, names: Names) {
    this.#input = input;
    this.#names = names;
  }

  async listMarkets(): Promise<readonly VenueMarket[]> {
    const pairs = Object.values(readShape(pairsShape, await this.#public("AssetPairs"), "list of markets"));
    return this.#input.options.markets.flatMap((market) => {
      const [base = "", quote = ""] = market.split("/");
      const row = pairs.find((each) => each.altname === this.#pair(base, quote));
      if (row === undefined) return [];
      return [
        {
          base,
          quote,
          enabled: (row.status ?? "online") === "online",
          amount_min: this.#names.units(base, row.ordermin ?? "0"),
          amount_step: this.#names.units(base, step(Number(row.lot_decimals))),
          value_min: this.#names.units(quote, row.costmin ?? "0"),
          fee_ppm: FEE_PPM,
        },
      ];
    });
  }

  async quote(request: QuoteRequest): Promise<VenueQuote> {
    const { base, quote, side } = request;
    const body = await this.#public("Depth", { pair: this.#pair(base, quote), count: "100" });
    const book = Object.values(readShape(bookShape, body, "order book"))[0] ?? { bids: [], asks: [] };
    const levels = (side === "sell" ? book.bids : book.asks).map(([price, amount]) => ({
      price,
      price_units: this.#names.units(quote, price),
      amount: this.#names.units(base, amount),
    }));
    return walkBook(levels, request, { names: this.#names, fee_ppm: FEE_PPM, as_of: this.#input.api.now() });
  }

  async place(order: OrderRequest): Promise<OrderOutcome> {
    const client_id = toUuid(order.reference);
    if (client_id === null) {
      return { outcome: "rejected", code: "venue_invalid", message: `"${order.reference}" is no reference of ours.` };
    }
    const params = {
      pair: this.#pair(order.base, order.quote),
      type: order.side,
      ordertype: "limit",
      timeinforce: "IOC",
      volume: this.#names.text(order.base, order.amount),
      price: order.price_limit,
      cl_ord_id: client_id,
    };
    const result = await this.#input.api.submit({ api: "private", method: "POST", path: "AddOrder", params });
    return readOrderOutcome(result, orderIdIn, errorIn);
  }

  async find(query: OrderQuery): Promise<OrderFindOutcome> {
    const client_id = toUuid(query.reference);
    if (client_id === null) return { outcome: "unreadable", message: "Not a reference of Tidegate's." };
    try {
      for (const path of ["OpenOrders", "ClosedOrders"]) {
        const body = await this.#private(path, { cl_ord_id: client_id });
        const { open, closed } = readShape(listShape, body, "list of orders");
        const found = Object.entries({ ...open, ...closed }).find(([, row]) => row.cl_ord_id === client_id);
        if (found !== undefined) return { outcome: "found", order: this.#order(query, ...found) };
      }
      return { outcome: "absent", as_of: this.#input.api.now() };
    } catch (error) {
      if (error instanceof VenueError) return { outcome: "unreadable", message: error.message };
      throw error;
    }
  }

  async cancel(query: OrderQuery) {
    const params = { cl_ord_id: toUuid(query.reference) ?? "" };
    const result = await this.#input.api.submit({ api: "private", method: "POST", path: "CancelOrder", params });
    if (!result.answered) return { outcome: "unknown" as const, message: result.message };
    const error = errorIn(result.reply);
    if (error === null) return { outcome: "cancelled" as const };
    if (/Unknown order/.test(error.message)) return { outcome: "too_late" as const, message: error.message };
    return { outcome: "unknown" as const, message: error.message };
  }

  /** The ledger names the trade of a fill, the trade its order, the order its client id. @throws VenueError */
  referencesOf(trade_ids: readonly string[]): Promise<References> {
    return this.#references.of(trade_ids);
  }

  async #readReferences(trade_ids: readonly string[]): Promise<References> {
    const orders = new Map<string, string>();
    for (const ids of batches(trade_ids, TRADES_AT_ONCE)) {
      const body = await this.#private("QueryTrades", { txid: ids.join(",") }, "poll");
      for (const [id, { ordertxid }] of Object.entries(readShape(tradesShape, body, "trades")))
        orders.set(id, ordertxid);
    }
    const references = new Map<string, string | null>();
    for (const ids of batches([...new Set(orders.values())], ORDERS_AT_ONCE)) {
      const body = await this.#private("QueryOrders", { txid: ids.join(",") }, "poll");
      const rows = readShape(z.record(z.string(), orderShape), body, "orders");
      for (const [id, { cl_ord_id }] of Object.entries(rows))
        references.set(id, cl_ord_id ? orderOfUuid(cl_ord_id) : null);
    }
    return new Map(
      [...orders].flatMap(([trade, order]) => {
        const reference = references.get(order);
        return reference === undefined ? [] : [[trade, reference] as const];
      }),
    );
  }

  #order(query: OrderQuery, id: string, row: z.output<typeof orderShape>): VenueOrder {
    const status = STATUS[row.status] ?? "open";
    return {
      venue_ref: id,
      reference: query.reference,
      status,
      final: status !== "open",
      side: row.descr.type === "sell" ? "sell" : "buy",
      amount_filled: this.#names.units(query.base, row.vol_exec),
      value_filled: this.#names.units(query.quote, row.cost),
      fee: this.#names.units(query.quote, row.fee),
      fee_asset: query.quote,
      raw_status: row.status,
    };
  }

  #pair(base: AssetId, quote: AssetId): string {
    return [base, quote]
      .map((asset) => this.#names.coin(asset))
      .map((coin) => ALTNAMES[coin] ?? coin)
      .join("");
  }

  async #public(path: string, params: Record<string, string> = {}): Promise<unknown> {
    const body = await this.#input.api.read({ api: "public", method: "GET", path, params }, "lookup");
    return readShape(envelope, body, "answer").result;
  }

  async #private(
    path: string,
    params: Record<string, string>,
    priority: "lookup" | "poll" = "lookup",
  ): Promise<unknown> {
    const body = await this.#input.api.read({ api: "private", method: "POST", path, params }, priority);
    return readShape(envelope, body, "answer").result;
  }
}

function orderIdIn(body: unknown): string | null {
  const { result } = envelope.safeParse(body).data ?? {};
  return z.object({ txid: z.array(z.string()).min(1) }).safeParse(result).data?.txid[0] ?? null;
}

/** A client id that was used before proves the first order, not that there is none. */
function errorIn(reply: HttpReply): VendorError | null {
  const message = envelope.safeParse(reply.body).data?.error[0];
  if (message === undefined) return null;
  const untaken =
    /^E(Order:(Insufficient|Invalid)|GENERAL:|General:Invalid arguments|Query:|API:)/.test(message) &&
    !/cl_ord_id/.test(message);
  return { code: message.split(":").slice(0, 2).join(":"), message, untaken };
}

function batches<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}

function step(decimals: number): string {
  return decimals === 0 ? "1" : `0.${"1".padStart(decimals, "0")}`;
}
