/**
 * Five markets that publish prices without a key. Each is asked where it states a time of its own: the last trade, not a ticker
 * without a clock (Kraken's, Bitfinex's and Binance's tickers have none).
 */
import { z } from "zod";
import { readShape, wireAmount, wireInt } from "../http/index.ts";
import type { HttpReply } from "../http/types.ts";
import { VenueError } from "../index.ts";
import type { Dialect, Reading } from "./types.ts";

const SECOND_MS = 1_000;

/** docs.cdp.coinbase.com, Exchange: `GET /products/{id}/ticker`; the last trade with its time in ISO 8601, microseconds. */
const tickerShape = z.object({ price: z.string(), time: z.iso.datetime() });
export const coinbase: Dialect = {
  base_url: "https://api.exchange.coinbase.com",
  limits: [{ requests: 10, per_ms: SECOND_MS }],
  symbolOf: (asset, currency) => `${asset}-${currency}`,
  targetOf: (symbol) => `/products/${encodeURIComponent(symbol)}/ticker`,
  read: (body) => {
    const { price, time } = readShape(tickerShape, body, "ticker");
    return { price, source_time: Date.parse(time) };
  },
  errorIn: messageIn,
};

/** docs.kraken.com: `GET /0/public/Trades`; the newest trade stands last, its time in seconds with a fraction. */
const krakenTrade = z.tuple([wireAmount, wireAmount, wireAmount]).rest(z.unknown());
const krakenShape = z.object({ error: z.array(z.string()), result: z.record(z.string(), z.unknown()).optional() });
const KRAKEN_NAMES: Readonly<Record<string, string>> = { BTC: "XBT", DOGE: "XDG" };
export const kraken: Dialect = {
  base_url: "https://api.kraken.com",
  limits: [{ requests: 1, per_ms: SECOND_MS, burst: 15 }],
  symbolOf: (asset, currency) => `${KRAKEN_NAMES[asset] ?? asset}${KRAKEN_NAMES[currency] ?? currency}`,
  targetOf: (symbol) => `/0/public/Trades?${new URLSearchParams({ pair: symbol, count: "1" })}`,
  read: (body) => {
    const { result = {} } = readShape(krakenShape, body, "list of trades");
    const rows = Object.entries(result).find(([name]) => name !== "last")?.[1];
    const [price, , seconds] = newest(readShape(z.array(krakenTrade), rows, "list of trades"), "last");
    return { price, source_time: millisecondsOf(seconds) };
  },
  errorIn: ({ body }) => krakenShape.safeParse(body).data?.error.join(", ") || null,
};

/** www.bitstamp.net/api: `GET /api/v2/ticker/{pair}/`; the last price, and seconds as text. */
const bitstampShape = z.object({ last: wireAmount, timestamp: wireAmount });
export const bitstamp: Dialect = {
  base_url: "https://www.bitstamp.net",
  limits: [{ requests: 400, per_ms: SECOND_MS }],
  symbolOf: (asset, currency) => `${asset}${currency}`.toLowerCase(),
  targetOf: (symbol) => `/api/v2/ticker/${encodeURIComponent(symbol)}/`,
  read: (body) => {
    const { last, timestamp } = readShape(bitstampShape, body, "ticker");
    return { price: last, source_time: millisecondsOf(timestamp) };
  },
  errorIn: messageIn,
};

/** docs.bitfinex.com: `GET /v2/trades/{symbol}/hist`; rows of id, milliseconds, amount, price, the newest first. */
const bitfinexShape = z.array(z.tuple([z.unknown(), wireInt, wireAmount, wireAmount]).rest(z.unknown()));
const BITFINEX_NAMES: Readonly<Record<string, string>> = { USDT: "UST", USDC: "UDC" };
export const bitfinex: Dialect = {
  base_url: "https://api-pub.bitfinex.com",
  limits: [{ requests: 15, per_ms: 60 * SECOND_MS }],
  symbolOf: (asset, currency) => {
    const pair = [asset, currency].map((name) => BITFINEX_NAMES[name] ?? name);
    return `t${pair.join((pair[0]?.length ?? 0) > 3 || (pair[1]?.length ?? 0) > 3 ? ":" : "")}`;
  },
  targetOf: (symbol) => `/v2/trades/${encodeURIComponent(symbol)}/hist?limit=1`,
  read: (body) => {
    const [, at, , price] = newest(readShape(bitfinexShape, body, "list of trades"), "first");
    return { price, source_time: at };
  },
  errorIn: ({ body }) => {
    const words = z.tuple([z.literal("error"), z.unknown(), z.string()]).safeParse(body).data;
    return words?.[2] ?? null;
  },
};

/** developers.binance.com: `GET /api/v3/trades`; the newest trade stands last. Binance quotes coins in coins: set `quoted_in`. */
const binanceShape = z.array(z.object({ price: wireAmount, time: wireInt }));
export const binance: Dialect = {
  base_url: "https://api.binance.com",
  limits: [{ requests: 240, per_ms: 60 * SECOND_MS }],
  symbolOf: (asset, currency) => `${asset}${currency}`,
  targetOf: (symbol) => `/api/v3/trades?${new URLSearchParams({ symbol, limit: "1" })}`,
  read: (body) => {
    const { price, time } = newest(readShape(binanceShape, body, "list of trades"), "last");
    return { price, source_time: time };
  },
  errorIn: ({ body }) => z.object({ code: z.unknown(), msg: z.string() }).safeParse(body).data?.msg ?? null,
};

function messageIn({ body }: HttpReply): string | null {
  const words = z.object({ message: z.string().optional(), reason: z.unknown().optional() }).safeParse(body).data;
  if (words?.message !== undefined) return words.message;
  return typeof words?.reason === "string" ? words.reason : null;
}

function newest<Row>(rows: readonly Row[], at: "first" | "last"): Row {
  const row = at === "first" ? rows[0] : rows.at(-1);
  if (row !== undefined) return row;
  throw new VenueError("venue_invalid", "The market names no trade.");
}

/** Seconds as a decimal text: never through a float, so that a long fraction moves no time. */
function millisecondsOf(seconds: string): NonNullable<Reading["source_time"]> {
  const match = /^(\d{1,12})(?:\.(\d{1,12}))?$/.exec(seconds);
  if (!match) throw new VenueError("venue_invalid", `The market states "${seconds.slice(0, 40)}" as a time.`);
  return Number(match[1]) * SECOND_MS + Number((match[2] ?? "").slice(0, 3).padEnd(3, "0"));
}
