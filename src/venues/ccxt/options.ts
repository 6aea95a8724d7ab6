/** What a configuration says of an exchange. */
import { z } from "zod";

const Secret = z.string().min(1).max(500);

export const CcxtOptions = z.strictObject({
  exchange: z
    .string()
    .regex(/^[a-z0-9]{2,30}$/, "must be an exchange's id, like binance")
    .describe("binance, kraken or okx move money; any other exchange of ccxt is watched only"),
  api_key: Secret.describe("The key; allow withdrawals only to listed addresses, and only from this machine"),
  secret: Secret.describe("The key's secret"),
  passphrase: Secret.optional().describe("okx needs one"),
  base_url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Default: the exchange's own address"),
  networks: z
    .record(z.string(), z.string().min(1).max(60))
    .default({})
    .describe("The exchange's name of each network by ours: { tron: TRX, ethereum: ETH }; at kraken its method"),
  coins: z
    .record(z.string(), z.string().min(1).max(30))
    .default({})
    .describe("The exchange's name of a coin by our asset, where it is another"),
  markets: z
    .array(z.string().regex(/^[^/]{1,30}\/[^/]{1,30}$/, "must be BASE/QUOTE"))
    .max(50)
    .default([])
    .describe("Pairs that may be traded, by our assets: BTC/USDT. Their trades are booked"),
  withdraw_keys: z
    .record(z.string(), z.string().min(1).max(100))
    .default({})
    .describe("kraken only: the name under which each destination's address is registered there"),
  lead_time_ms: z
    .number()
    .int()
    .min(0)
    .max(7 * 86_400_000)
    .default(30 * 60_000)
    .describe("How long a withdrawal takes to arrive, as you see it"),
  history_ms: z
    .number()
    .int()
    .min(3_600_000)
    .max(90 * 86_400_000)
    .default(7 * 86_400_000)
    .describe("How far back movements are read the first time"),
});

export type CcxtOptions = z.output<typeof CcxtOptions>;
