/** Reads a price from one of the sandbox's feeds. The three speak differently, and one does not say when its price was made. */
import { z } from "zod";
import { TidegateError } from "../../errors/index.ts";
import { type Asset, type AssetId, parseDecimal, ratio } from "../../money/index.ts";
import type { Clock, Instant } from "../../ports/index.ts";
import { createSeededRandom } from "../../ports/index.ts";
import type { PriceSource, Quote } from "../../prices/types.ts";
import { createFetchPort, get, HttpClient, readShape } from "../http/index.ts";

const REQUEST_TIMEOUT_MS = 5_000;
/** Decimals a feed may use. */
const PRICE_DECIMALS = 18;
/** Only spreads pauses between attempts. */
const PAUSE_SEED = 1;

export type FeedStyle = "ticker" | "trade" | "plain";

export interface SandboxPriceSourceOptions {
  readonly id: string;
  readonly base_url: string;
  readonly style: FeedStyle;
  readonly clock: Clock;
  /** The reference currency of the registry: quotes come out in its base units. */
  readonly currency: Asset;
  readonly request_timeout_ms?: number;
  /** Time of pauses between attempts, where `clock` stands still. */
  readonly timer?: Clock;
}

const tickerShape = z.object({ price: z.string(), time: z.iso.datetime() });
const tradeShape = z.object({ last: z.string(), timestamp: z.string().regex(/^\d{1,12}$/) });
const plainShape = z.object({ result: z.object({ c: z.tuple([z.string(), z.string()]) }) });

/** @example createSandboxPriceSource({ id: "feed-a", base_url, style: "ticker", clock, currency: { id: "USD", decimals: 2 } }) */
export function createSandboxPriceSource(options: SandboxPriceSourceOptions): PriceSource {
  const { id, base_url, clock, timer = clock, request_timeout_ms = REQUEST_TIMEOUT_MS } = options;
  const client = new HttpClient({
    venue: id,
    base_url,
    clock,
    timer,
    request_timeout_ms,
    port: createFetchPort(),
    random: createSeededRandom(PAUSE_SEED),
    readError: () => null,
    limits: [],
    follow_date: false,
  });
  return {
    id,
    fetchQuote: (asset, currency) => fetchQuote(client, options, asset, currency),
    close: () => Promise.resolve(),
  };
}

async function fetchQuote(
  client: HttpClient,
  options: SandboxPriceSourceOptions,
  asset: AssetId,
  currency: AssetId,
): Promise<Quote> {
  if (currency !== options.currency.id) throw failure(options.id, `it has no prices in ${currency}`);
  const result = await client.look(get(`/prices/${asset}-${currency}`), "poll");
  if (!result.answered) throw failure(options.id, result.message, result.cause);
  if (result.reply.status !== 200) throw failure(options.id, `it answered ${result.reply.status}`);
  try {
    const { text, source_time } = readFeed(options.style, result.reply.body);
    const units = parseDecimal(text, PRICE_DECIMALS);
    if (units <= 0n) throw failure(options.id, "its price is not positive");
    const price = ratio(units * 10n ** BigInt(options.currency.decimals), 10n ** BigInt(PRICE_DECIMALS));
    return { source: options.id, price, source_time, received_at: options.clock.now() };
  } catch (cause) {
    throw failure(options.id, "its answer cannot be read", cause);
  }
}

function readFeed(style: FeedStyle, body: unknown): { readonly text: string; readonly source_time: Instant | null } {
  switch (style) {
    case "ticker": {
      const row = readShape(tickerShape, body, "ticker");
      return { text: row.price, source_time: Date.parse(row.time) };
    }
    case "trade": {
      const row = readShape(tradeShape, body, "last trade");
      return { text: row.last, source_time: Number(row.timestamp) * 1000 };
    }
    case "plain":
      return { text: readShape(plainShape, body, "price").result.c[0], source_time: null };
  }
}

function failure(source: string, reason: string, cause?: unknown): TidegateError {
  const message = `The price source "${source}" gave no price: ${reason}.`;
  return new TidegateError("unavailable", "price_source_failed", message, { source }, cause);
}
