/** What a configuration says of a price source, by its type. */
import { z } from "zod";

const Url = z.url({ protocol: /^https?$/ }).describe("Default: the market's own address");

export const MarketOptions = z.strictObject({
  base_url: Url.optional(),
  symbols: z
    .record(z.string(), z.string().min(1).max(40))
    .default({})
    .describe("The market's name of a pair by our asset, where it is not the usual one: { BTC: XBTUSD }"),
  quoted_in: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe(
      "An asset of this file in which the market quotes, where that is not the reference currency: USDT. Its price is multiplied by that asset's own",
    ),
});

export const ChainlinkOptions = z.strictObject({
  rpc_url: z.url({ protocol: /^https?$/ }).describe("A node of the chain that the feeds are on"),
  feeds: z
    .record(z.string(), z.string().regex(/^0x[0-9a-fA-F]{40}$/, "must be the address of an aggregator"))
    .describe("The aggregator of each asset against the reference currency, by our asset"),
});

export type MarketOptions = z.output<typeof MarketOptions>;
export type ChainlinkOptions = z.output<typeof ChainlinkOptions>;
