/** Price sources that a configuration can name, by their type. */
import type { z } from "zod";
import type { PriceSource } from "../../prices/types.ts";
import { createChainlinkSource } from "./chainlink.ts";
import { binance, bitfinex, bitstamp, coinbase, kraken } from "./dialects.ts";
import { createMarketSource, type SourceInput } from "./market_source.ts";
import { ChainlinkOptions, MarketOptions } from "./options.ts";
import type { Dialect } from "./types.ts";

export interface PriceSourceType {
  readonly type: string;
  /** For the reference, in Markdown. */
  readonly summary: string;
  readonly options: z.ZodType;
  /** @throws TidegateError price_source_failed, ZodError when the options are wrong */
  create(input: SourceInput, options: unknown): PriceSource;
}

export const PRICE_SOURCE_TYPES: readonly PriceSourceType[] = [
  market("coinbase", "Coinbase Exchange: the last trade of `BTC-USD`, with its time.", coinbase),
  market("kraken", "Kraken: the last trade of `XBTUSD`, with its time.", kraken),
  market("bitstamp", "Bitstamp: the last price of `btcusd`, with its time in seconds.", bitstamp),
  market("bitfinex", "Bitfinex: the last trade of `tBTCUSD`, with its time.", bitfinex),
  market("binance", "Binance: the last trade of `BTCUSDT`, with its time; set `quoted_in: USDT`.", binance),
  {
    type: "chainlink",
    summary: "A Chainlink aggregator on an EVM chain: `latestRoundData()`, with the time of its round.",
    options: ChainlinkOptions,
    create: (input, options) => createChainlinkSource(input, ChainlinkOptions.parse(options)),
  },
];

export { createChainlinkSource } from "./chainlink.ts";
export { createMarketSource, type SourceInput } from "./market_source.ts";
export { ChainlinkOptions, MarketOptions } from "./options.ts";

function market(type: string, summary: string, dialect: Dialect): PriceSourceType {
  const create = (input: SourceInput, options: unknown): PriceSource =>
    createMarketSource(input, dialect, MarketOptions.parse(options));
  return { type, summary, options: MarketOptions, create };
}
