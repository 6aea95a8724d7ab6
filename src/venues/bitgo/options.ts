/** The keys of a venue of type `bitgo`. */
import { z } from "zod";

const COINS_MAX = 200;
const VBYTES_DEFAULT = 1_000;
const GAS_DEFAULT = 300_000;
const LEAD_MINUTES_DEFAULT = 240;

const Id = z.string().regex(/^[0-9a-f]{32}$/, "must be 32 hex digits, as BitGo writes ids");

const CoinOptions = z.strictObject({
  coin: z
    .string()
    .regex(/^[a-z0-9:_-]{2,64}$/, "must be BitGo's name of a coin or token")
    .describe("BitGo's name: btc, eth, usdt, trx:usdt"),
  wallet_coin: z
    .string()
    .min(2)
    .optional()
    .describe("For a token: the coin whose wallets hold it. Default: the coin itself"),
  instrument: z.string().min(1).describe("The instrument of this file that it is"),
  fee: z
    .enum(["utxo", "gas", "elsewhere"])
    .describe(
      "utxo: of the coin itself, by size; gas: of the coin itself, by gas; elsewhere: paid in another coin, so that no fee of this one is taken",
    ),
  confirmations: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .describe("BitGo's `confirmed` is final after so many; before that a reorganised chain may still remove it"),
  vbytes_max: z
    .number()
    .int()
    .min(110)
    .max(100_000)
    .default(VBYTES_DEFAULT)
    .describe("utxo: largest payment in virtual bytes; the fee limit is divided by it into a highest fee rate"),
  gas_limit: z
    .number()
    .int()
    .min(21_000)
    .max(30_000_000)
    .default(GAS_DEFAULT)
    .describe("gas: gas of one payment; the fee limit is divided by it into a highest price of gas"),
  memo: z.enum(["none", "required"]).default("none").describe("required: a destination without a memo is refused"),
});

export const BitgoOptions = z.strictObject({
  base_url: z
    .url({ protocol: /^https?$/ })
    .default("https://app.bitgo.com")
    .describe("The platform; https://app.bitgo-test.com for its test environment"),
  express_url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Your BitGo Express, which signs. Without it nothing can be sent: the venue is watched"),
  access_token: z.string().min(8).describe("Long-lived access token: env:NAME or file:path"),
  access_token_expires: z.iso.date().optional().describe("Warned about before it comes"),
  auth: z
    .enum(["bearer", "hmac_v2", "hmac_v3"])
    .default("bearer")
    .describe("How the platform's requests are authenticated; Express always takes the bearer token"),
  enterprise: Id.describe("Enterprise id"),
  wallet_passphrase: z.string().min(1).optional().describe("Opens the user keys at Express: env:NAME or file:path"),
  webhook_secret: z.string().min(8).optional().describe("Verifies BitGo's webhooks: env:NAME or file:path"),
  policy_secret: z
    .string()
    .min(16)
    .optional()
    .describe("Last part of the URL that BitGo's webhook policy rule asks: env:NAME or file:path"),
  lead_minutes: z
    .number()
    .int()
    .min(1)
    .max(60 * 24 * 30)
    .default(LEAD_MINUTES_DEFAULT)
    .describe("How long a payment takes from the request to its last confirmation, people included"),
  request_timeout_ms: z
    .number()
    .int()
    .min(100)
    .max(60_000)
    .default(10_000)
    .describe("A request without an answer is given up after this; what became of it is then looked up"),
  coins: z.array(CoinOptions).max(COINS_MAX).describe("Which coins are which instruments"),
});

export type BitgoSettings = z.output<typeof BitgoOptions>;
export type BitgoCoinSettings = BitgoSettings["coins"][number];
