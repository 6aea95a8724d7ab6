/**
 * Quotes into one price with its trust. Three sources at least must be fresh: a median of two is their mean, and one of them
 * could set it alone. The price is the median of all fresh quotes, not of those that agree with it: fewer than half bad
 * sources can then never carry it outside the range of the good ones. Quotes far from the median are dropped from the
 * quorum, the spread and the age.
 */
import { type Asset, compareRatios, divide, type Ratio } from "../money/index.ts";
import type { PriceState } from "../policy/types.ts";
import type { Instant } from "../ports/index.ts";
import { type EvenMedian, medianOf } from "./median.ts";
import type { PricePolicy, Quote } from "./types.ts";

/** Fewer fresh sources than this make no price, whatever the quorum says. */
export const SOURCES_MIN = 3;
const PPM = 1_000_000n;
const SPREAD_PPM_MAX = 1_000_000_000n;

/**
 * The price of one whole asset in `currency` at `now`: `fresh`; `stale`, the last that can be said, for display alone; or
 * `unavailable`. Total: bad quotes are dropped, never thrown.
 * @example priceFrom(quotes, { quorum: 2, max_age_ms: 60_000, outlier_ppm: 50_000 }, clock.now(), usd).status // "fresh"
 */
export function priceFrom(
  quotes: readonly Quote[],
  policy: PricePolicy,
  now: Instant,
  currency: Asset,
  even: EvenMedian = "mean",
): PriceState {
  const latest = latestOfEach(quotes.filter(isUsable));
  const fresh = latest.filter((quote) => now - quotedAt(quote) <= policy.max_age_ms);
  const agreed = agreeOn(fresh, policy, even);
  const own_time = agreed?.kept.some((quote) => quote.source_time !== null) ?? false;
  if (agreed && own_time && fresh.length >= SOURCES_MIN && agreed.kept.length >= quorumOf(policy)) {
    return toState("fresh", agreed, currency);
  }
  const last = agreeOn(latest, policy, even);
  if (last && last.kept.length > 0) return toState("stale", last, currency);
  return {
    status: "unavailable",
    currency: currency.id,
    currency_decimals: currency.decimals,
    price: null,
    as_of: null,
    sources: 0,
    spread_ppm: null,
  };
}

/** A quote is as old as its older time: a source that writes the future does not stay fresh, nor does one read long ago. */
export function quotedAt(quote: Quote): Instant {
  return quote.source_time === null ? quote.received_at : Math.min(quote.source_time, quote.received_at);
}

interface Agreement {
  readonly price: Ratio;
  readonly kept: readonly Quote[];
}

function agreeOn(quotes: readonly Quote[], policy: PricePolicy, even: EvenMedian): Agreement | null {
  if (quotes.length === 0) return null;
  const prices = quotes.map((quote) => quote.price);
  const price = medianOf(prices, even);
  return { price, kept: quotes.filter((quote) => distancePpm(quote.price, price) <= outlierPpm(policy)) };
}

function toState(status: "fresh" | "stale", { price, kept }: Agreement, currency: Asset): PriceState {
  const sorted = kept.map((quote) => quote.price).sort(compareRatios);
  const lowest = sorted[0] ?? price;
  const highest = sorted.at(-1) ?? price;
  const width = (highest.num * lowest.den - lowest.num * highest.den) * price.den * PPM;
  const spread = divide(width, highest.den * lowest.den * price.num, "up");
  return {
    status,
    currency: currency.id,
    currency_decimals: currency.decimals,
    price,
    as_of: Math.min(...kept.map(quotedAt)),
    sources: kept.length,
    spread_ppm: Number(spread < SPREAD_PPM_MAX ? spread : SPREAD_PPM_MAX),
  };
}

/** Distance from `price` in parts per million of it, rounded up. */
function distancePpm(quote: Ratio, price: Ratio): bigint {
  const difference = quote.num * price.den - price.num * quote.den;
  return divide((difference < 0n ? -difference : difference) * PPM, quote.den * price.num, "up");
}

/** A tolerance that is not a whole number tolerates nothing. */
function outlierPpm(policy: PricePolicy): bigint {
  return Number.isSafeInteger(policy.outlier_ppm) && policy.outlier_ppm > 0 ? BigInt(policy.outlier_ppm) : 0n;
}

/** A quorum that is missing or zero asks for all that a price needs anyway. */
function quorumOf(policy: PricePolicy): number {
  return policy.quorum >= 1 ? policy.quorum : SOURCES_MIN;
}

function isUsable(quote: Quote): boolean {
  return quote.price.num > 0n && quote.price.den > 0n && Number.isFinite(quotedAt(quote));
}

function latestOfEach(quotes: readonly Quote[]): readonly Quote[] {
  const latest = new Map<string, Quote>();
  for (const quote of quotes) {
    const known = latest.get(quote.source);
    if (!known || quote.received_at >= known.received_at) latest.set(quote.source, quote);
  }
  return [...latest.values()];
}
