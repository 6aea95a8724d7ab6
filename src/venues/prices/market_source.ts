/** A public market as a price source: one request for each quote, read exactly, with the market's time beside ours. */
import { TidegateError } from "../../errors/index.ts";
import { type Asset, type AssetId, parseDecimal, ratio } from "../../money/index.ts";
import type { Clock, Random } from "../../ports/index.ts";
import type { PriceSource, Quote } from "../../prices/types.ts";
import { get, HttpClient } from "../http/index.ts";
import type { HttpPort } from "../http/types.ts";
import type { MarketOptions } from "./options.ts";
import type { Dialect } from "./types.ts";

/** Digits behind the point that a market may use; more is no price. */
const PRICE_DECIMALS = 18;
const REQUEST_TIMEOUT_MS = 5_000;

export interface SourceInput {
  readonly id: string;
  readonly assets: ReadonlyMap<AssetId, Asset>;
  /** The reference currency: quotes come out in its base units, or in those of `quoted_in`. */
  readonly currency: Asset;
  readonly clock: Clock;
  readonly random: Random;
  readonly http: HttpPort;
}

/** @example createMarketSource({ id: "kraken", ...input }, kraken, MarketOptions.parse({})) */
export function createMarketSource(input: SourceInput, dialect: Dialect, options: MarketOptions): PriceSource {
  const { id, clock, random, currency, assets } = input;
  const counts_in = options.quoted_in === undefined ? currency : assets.get(options.quoted_in);
  if (counts_in === undefined) throw priceFailure(id, `"${options.quoted_in}" is no asset of the configuration`);
  const client = new HttpClient({
    venue: id,
    base_url: options.base_url ?? dialect.base_url,
    port: input.http,
    clock,
    random,
    limits: dialect.limits,
    request_timeout_ms: REQUEST_TIMEOUT_MS,
    readError: (reply) => {
      const message = dialect.errorIn(reply);
      return message === null
        ? null
        : { code: "market", message, ...(reply.status < 300 && { kind: "venue_invalid" }) };
    },
  });
  const fetchQuote = async (asset: AssetId, wanted: AssetId): Promise<Quote> => {
    if (wanted !== currency.id) throw priceFailure(id, `it has no prices in ${wanted}`);
    if (asset === counts_in.id) throw priceFailure(id, `it counts in ${asset} and cannot price it`);
    const symbol = options.symbols[asset] ?? dialect.symbolOf(asset, counts_in.id);
    try {
      const { price, source_time } = dialect.read(await client.read(get(dialect.targetOf(symbol)), "lookup"));
      const units = parseDecimal(price, PRICE_DECIMALS);
      if (units <= 0n) throw priceFailure(id, "its price is not positive");
      const exact = ratio(units * 10n ** BigInt(counts_in.decimals), 10n ** BigInt(PRICE_DECIMALS));
      const foreign = counts_in.id === currency.id ? {} : { currency: counts_in.id };
      return { source: id, price: exact, source_time, received_at: clock.now(), ...foreign };
    } catch (cause) {
      if (cause instanceof TidegateError && cause.code === "price_source_failed") throw cause;
      throw priceFailure(id, cause instanceof Error ? cause.message : "no reason given", cause);
    }
  };
  const foreign = counts_in.id === currency.id ? {} : { counts_in: [counts_in.id] };
  return { id, fetchQuote, close: () => Promise.resolve(), ...foreign };
}

export function priceFailure(source: string, reason: string, cause?: unknown): TidegateError {
  const message = `The price source "${source}" gave no price: ${reason.replace(/\.$/, "")}.`;
  return new TidegateError("unavailable", "price_source_failed", message, { source }, cause);
}
