/** Sales at the sandbox exchange behind the port: immediate or cancelled, found again by the client id for ever. */
import { z } from "zod";
import { type Asset, type AssetId, printDecimal } from "../../money/index.ts";
import {
  AssetCodec,
  get,
  type HttpClient,
  type HttpReply,
  readShape,
  type VendorError,
  wireInt,
} from "../http/index.ts";
import {
  type OrderFindOutcome,
  type OrderOutcome,
  type OrderQuery,
  type OrderRequest,
  type QuoteRequest,
  VenueError,
  type VenueMarket,
  type VenueOrder,
  type VenueOrders,
  type VenueQuote,
} from "../index.ts";
import type { CancelOutcome } from "../port.ts";

const marketsShape = z.object({
  markets: z.array(
    z.object({
      base: z.string(),
      quote: z.string(),
      tradable: z.boolean(),
      lotStep: z.string(),
      lotMin: z.string(),
      feePpm: wireInt,
    }),
  ),
});
const quoteShape = z.object({
  value: z.string(),
  fee: z.string(),
  worstPrice: z.string(),
  available: z.string(),
  time: wireInt,
});
const orderShape = z.object({
  id: z.string().min(1),
  clientId: z.string(),
  base: z.string(),
  quote: z.string(),
  side: z.string(),
  status: z.string(),
  filled: z.string(),
  value: z.string(),
  fee: z.string(),
  feeCoin: z.string(),
});
const ordersShape = z.object({ serverTime: wireInt, rows: z.array(orderShape) });

const STATUS: Readonly<Record<string, VenueOrder["status"]>> = { FILLED: "filled", CANCELLED: "cancelled" };

interface Parts {
  readonly client: HttpClient;
  readonly codec: AssetCodec;
  readError(reply: HttpReply): VendorError | null;
}

export function createExchangeOrders(
  client: HttpClient,
  assets: ReadonlyMap<AssetId, Asset>,
  readError: Parts["readError"],
): VenueOrders {
  const parts: Parts = { client, codec: new AssetCodec(assets), readError };
  return {
    references_fills: true,
    listMarkets: () => listMarkets(parts),
    quote: (request) => quote(parts, request),
    place: (order) => place(parts, order),
    find: (query) => find(parts, query),
    // What is not filled at once was never left standing.
    cancel: async (): Promise<CancelOutcome> => ({ outcome: "too_late", message: "An order ends when it comes in." }),
  };
}

async function listMarkets({ client, codec }: Parts): Promise<readonly VenueMarket[]> {
  const { markets } = readShape(marketsShape, await client.read(get("/api/v1/markets")), "list of markets");
  return markets.map(({ base, quote: quoted, tradable, lotStep, lotMin, feePpm }) => {
    const units = codec.reader(base);
    return {
      ...{ base, quote: quoted, enabled: tradable, amount_min: units(lotMin), amount_step: units(lotStep) },
      ...{ value_min: 0n, fee_ppm: feePpm },
    };
  });
}

async function quote({ client, codec }: Parts, request: QuoteRequest): Promise<VenueQuote> {
  const { base, quote: quoted, amount, side } = request;
  if (side === "buy") throw new VenueError("venue_invalid", "The sandbox exchange only sells.");
  const text = printDecimal(amount, codec.asset(base).decimals);
  const answer = await client.read(get("/api/v1/quote", { base, quote: quoted, amount: text }));
  const row = readShape(quoteShape, answer, "quote");
  const units = codec.reader(quoted);
  return {
    ...{ value: units(row.value), fee: units(row.fee), price_worst: row.worstPrice },
    ...{ amount_available: codec.reader(base)(row.available), as_of: row.time },
  };
}

async function place({ client, codec, readError }: Parts, order: OrderRequest): Promise<OrderOutcome> {
  const { reference, account, base, quote: quoted, side, amount, price_limit } = order;
  const body = JSON.stringify({
    ...{ clientId: reference, account, base, quote: quoted, side: side.toUpperCase() },
    ...{ amount: printDecimal(amount, codec.asset(base).decimals), limit: price_limit },
  });
  const result = await client.submit({ method: "POST", target: "/api/v1/orders", body, headers: {} });
  if (!result.answered) return { outcome: "unknown", message: result.message };
  const { reply } = result;
  const row = reply.status === 200 ? orderShape.safeParse(reply.body).data : undefined;
  if (row !== undefined) return { outcome: "accepted", venue_ref: row.id };
  const error = reply.status >= 400 && reply.status < 500 ? readError(reply) : null;
  if (error !== null) return { outcome: "rejected", code: error.code, message: error.message };
  return { outcome: "unknown", message: `The exchange answered ${reply.status}.` };
}

async function find({ client, codec }: Parts, query: OrderQuery): Promise<OrderFindOutcome> {
  const result = await client.look(get("/api/v1/orders", { clientId: query.reference }));
  if (!result.answered) return { outcome: "unreadable", message: result.message };
  const found = result.reply.status === 200 ? ordersShape.safeParse(result.reply.body).data : undefined;
  if (found === undefined) return { outcome: "unreadable", message: `The exchange answered ${result.reply.status}.` };
  const [row] = found.rows;
  if (row === undefined) return { outcome: "absent", as_of: found.serverTime };
  try {
    return { outcome: "found", order: orderOf(codec, row) };
  } catch (error) {
    if (error instanceof VenueError) return { outcome: "unreadable", message: error.message };
    throw error;
  }
}

function orderOf(codec: AssetCodec, row: z.output<typeof orderShape>): VenueOrder {
  const status = STATUS[row.status];
  const quoted = codec.reader(row.quote);
  return {
    ...{ venue_ref: row.id, reference: row.clientId, side: "sell", raw_status: row.status },
    // A word that nobody knows ends nothing.
    ...{ status: status ?? "open", final: status !== undefined },
    ...{ amount_filled: codec.reader(row.base)(row.filled), value_filled: quoted(row.value), fee: quoted(row.fee) },
    fee_asset: row.feeCoin,
  };
}
