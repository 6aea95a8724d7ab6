/** Five markets through their own words, on loopback, with ccxt as a second reader of the same answers. */
import ccxt from "ccxt";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { compareRatios, ratio } from "../../money/index.ts";
import { createSeededRandom } from "../../ports/index.ts";
import type { PriceSource } from "../../prices/types.ts";
import { type MarketKind, type MarketServer, startMarket } from "../../sandbox/exchanges/index.ts";
import { HurriedClock } from "../conformance/hurried_clock.ts";
import { createFetchPort } from "../http/index.ts";
import { PRICE_SOURCE_TYPES } from "./index.ts";

const NOW = 1_800_000_000_123;
const USD = { id: "USD", decimals: 2 };
const ASSETS = new Map([
  ["BTC", { id: "BTC", decimals: 8 }],
  ["USDT", { id: "USDT", decimals: 6 }],
]);
const MARKETS: readonly { kind: MarketKind; symbol: string; own_time: number; quoted_in?: string; ccxt_id: string }[] =
  [
    { kind: "coinbase", symbol: "BTC-USD", own_time: NOW, ccxt_id: "coinbaseexchange" },
    { kind: "kraken", symbol: "XBTUSD", own_time: NOW, ccxt_id: "kraken" },
    { kind: "bitstamp", symbol: "btcusd", own_time: NOW - 123, ccxt_id: "bitstamp" },
    { kind: "bitfinex", symbol: "tBTCUSD", own_time: NOW, ccxt_id: "bitfinex" },
    { kind: "binance", symbol: "BTCUSDT", own_time: NOW, quoted_in: "USDT", ccxt_id: "binance" },
  ];

describe.each(MARKETS)("the price of $kind", ({ kind, symbol, own_time, quoted_in, ccxt_id }) => {
  let server: MarketServer;
  let source: PriceSource;
  let clock = new HurriedClock(NOW + 1_000);
  const sourceOf = (options: Record<string, unknown> = {}): PriceSource => {
    const type = PRICE_SOURCE_TYPES.find((each) => each.type === kind);
    if (!type) throw new Error(`no price source ${kind}`);
    const input = {
      id: kind,
      assets: ASSETS,
      currency: USD,
      clock,
      random: createSeededRandom(1),
      http: createFetchPort(),
    };
    return type.create(input, { base_url: server.base_url, ...(quoted_in && { quoted_in }), ...options });
  };
  beforeAll(async () => {
    server = await startMarket(kind);
  });
  beforeEach(() => {
    clock = new HurriedClock(NOW + 1_000);
    source = sourceOf();
  });
  afterAll(() => server.stop());

  it("is read to the last digit, with the market's time and ours", async () => {
    server.prices.set(symbol, { price: "67123.123456789012345678", at: NOW });
    const quote = await source.fetchQuote("BTC", "USD");
    const decimals = quoted_in === undefined ? 2 : 6;
    const exact = ratio(67_123_123_456_789_012_345_678n * 10n ** BigInt(decimals), 10n ** 18n);
    expect(compareRatios(quote.price, exact)).toBe(0);
    expect(quote).toMatchObject({ source: kind, source_time: own_time, received_at: NOW + 1_000 });
    expect(quote.currency).toBe(quoted_in);
    expect(source.counts_in).toEqual(quoted_in === undefined ? undefined : [quoted_in]);
  });

  it("is what a second, independent reader makes of the same answer", async () => {
    server.prices.set(symbol, { price: "67123.5", at: NOW });
    const reader = new ccxt[ccxt_id as "kraken"]({ enableRateLimit: false });
    const answer: unknown = JSON.parse(await rawAnswer(server, kind, symbol));
    const market = { id: symbol, symbol: "BTC/USD", base: "BTC", quote: "USD", spot: true } as never;
    const seen = secondReading(reader, kind, answer, market);
    const quote = await source.fetchQuote("BTC", "USD");
    expect(seen.price).toBe(67_123.5);
    expect(quote.source_time).toBe(seen.at);
  });

  it.each([
    [404, '{"message":"NotFound"}'],
    [200, "<html>please log in</html>"],
    [200, "{}"],
    [200, "[]"],
    [200, '{"error":["EService:Unavailable"]}'],
    [429, '{"message":"slow down"}'],
  ])("is none when the market answers %i %s", async (status, text) => {
    for (let attempt = 0; attempt < 3; attempt += 1) server.answerNext(status, text);
    await expect(sourceOf().fetchQuote("BTC", "USD")).rejects.toMatchObject({ code: "price_source_failed" });
    server.forget();
  });

  it.each(["0", "-1", "NaN", "1e999"])("is none when the market says %s", async (price) => {
    server.prices.set(symbol, { price, at: NOW });
    await expect(sourceOf().fetchQuote("BTC", "USD")).rejects.toMatchObject({ code: "price_source_failed" });
  });

  it("is none in another currency, of an asset that it counts in, or without that asset", async () => {
    await expect(source.fetchQuote("BTC", "EUR")).rejects.toMatchObject({ code: "price_source_failed" });
    await expect(source.fetchQuote(quoted_in ?? "USD", "USD")).rejects.toThrow("cannot price it");
    expect(() => sourceOf({ quoted_in: "DAI" })).toThrow('"DAI" is no asset');
  });
});

async function rawAnswer(server: MarketServer, kind: MarketKind, symbol: string): Promise<string> {
  const targets: Record<MarketKind, string> = {
    coinbase: `/products/${symbol}/ticker`,
    kraken: `/0/public/Trades?pair=${symbol}`,
    bitstamp: `/api/v2/ticker/${symbol}/`,
    bitfinex: `/v2/trades/${symbol}/hist?limit=1`,
    binance: `/api/v3/trades?symbol=${symbol}`,
  };
  return (await fetch(server.base_url + targets[kind])).text();
}

/** The parsers of ccxt, without its network. */
function secondReading(
  reader: object,
  kind: MarketKind,
  answer: unknown,
  market: never,
): { price: number; at: number } {
  const parse = reader as {
    parseTicker(row: unknown, market: never): { last: number; timestamp: number };
    parseTrade(row: unknown, market: never): { price: number; timestamp: number };
  };
  const rows = answer as unknown[][] & { result: Record<string, unknown[]> };
  if (kind === "coinbase" || kind === "bitstamp") {
    const { last, timestamp } = parse.parseTicker(answer, market);
    return { price: last, at: timestamp };
  }
  const trade = kind === "kraken" ? Object.values(rows.result)[0]?.[0] : rows[0];
  const row = kind === "bitfinex" ? { result: trade } : trade;
  const { price, timestamp } = parse.parseTrade(row, market);
  return { price, at: timestamp };
}
