/** Cross rates: a coin that is quoted in another coin has a price in our currency only through that coin's own price. */
import { type AssetId, ratio } from "../money/index.ts";
import type { PriceState } from "../policy/types.ts";
import type { Quote } from "./types.ts";

/** Digits behind the point of the asset that the quote counts in, and that asset's price now. */
export interface CrossRate {
  readonly asset: AssetId;
  readonly decimals: number;
  readonly price: PriceState;
}

/**
 * The quote in the currency of the rate: units of the quoted asset per coin times the price of one whole unit of that asset,
 * exact. As old as the older of the two. Null where the rate is not fresh: a dollar that nobody vouches for is no dollar.
 * @example convertQuote({ ...quote, currency: "USDT" }, { asset: "USDT", decimals: 6, price })
 */
export function convertQuote(quote: Quote, rate: CrossRate): Quote | null {
  const { price } = rate;
  if (quote.currency !== rate.asset || price.status !== "fresh" || price.price === null || price.as_of === null)
    return null;
  const { num, den } = price.price;
  const { currency: _, ...rest } = quote;
  const converted = ratio(quote.price.num * num, quote.price.den * den * 10n ** BigInt(rate.decimals));
  return {
    ...rest,
    price: converted,
    source_time: quote.source_time === null ? null : Math.min(quote.source_time, price.as_of),
    received_at: Math.min(quote.received_at, price.as_of),
  };
}
