/** A fake exchange of each kind with money on it, and the connector's options that fit it: what tests and drills start from. */
import type { Clock } from "../../ports/index.ts";
import type { SandboxServer } from "../http/index.ts";
import { createBinanceServer } from "./binance.ts";
import { attachBinancePush, type BinancePush } from "./binance_push.ts";
import { ExchangeBooks } from "./books.ts";
import { createKrakenServer } from "./kraken.ts";
import { createOkxServer } from "./okx.ts";

export type ExchangeKind = "binance" | "kraken" | "okx";

/** Where the tests' withdrawals go. */
export const DESTINATION = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8";
const KEY_ID = "key-of-the-treasury";
const SECRET = Buffer.from("a secret that opens nothing").toString("base64");
const PASSPHRASE = "open sesame";
const USDT = 10n ** 6n;
const BTC = 10n ** 8n;

/** The exchanges' own names of one network. */
const TRON: Readonly<Record<ExchangeKind, string>> = { binance: "TRX", kraken: "Tether USD (TRC20)", okx: "TRC20" };
const BITCOIN: Readonly<Record<ExchangeKind, string>> = { binance: "BTC", kraken: "Bitcoin", okx: "Bitcoin" };

export interface FakeExchange {
  readonly kind: ExchangeKind;
  readonly books: ExchangeBooks;
  readonly server: SandboxServer;
  readonly base_url: string;
  /** Its stream of balances; null where the connector has none. */
  readonly push: BinancePush | null;
  /** Options of a venue of type `ccxt`. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Of one account; a sub-account has its own. */
export interface FakeCredentials {
  readonly key_id?: string;
  readonly secret?: string;
}

/** 250,000 USDT and 4 BTC; withdrawals of 10 to 100,000 USDT in steps of a cent, at one dollar; BTC sells at 60,000. */
export async function startFakeExchange(
  kind: ExchangeKind,
  clock: Clock,
  { key_id = KEY_ID, secret = SECRET }: FakeCredentials = {},
): Promise<FakeExchange> {
  const books = new ExchangeBooks({
    clock,
    booked_at: kind === "kraken" ? "request" : "completion",
    coins: [
      {
        coin: "USDT",
        decimals: 6,
        networks: [
          {
            network: TRON[kind],
            fee: USDT,
            minimum: 10n * USDT,
            maximum: 100_000n * USDT,
            step: USDT / 100n,
            confirmations: 20,
          },
        ],
      },
      {
        coin: "BTC",
        decimals: 8,
        networks: [
          { network: BITCOIN[kind], fee: 20_000n, minimum: 100_000n, maximum: 50n * BTC, step: 1n, confirmations: 3 },
        ],
      },
    ],
    markets: [
      { base: "BTC", quote: "USDT", amount_min: 10_000n, amount_step: 1_000n, value_min: 5n * USDT, fee_ppm: 1_000n },
    ],
    opening: { USDT: 250_000n * USDT, BTC: 4n * BTC },
  });
  books.prices.set("BTC/USDT", 60_000n * USDT);
  const keys = new Map([["treasury", { coin: "USDT", network: TRON[kind], address: DESTINATION }]]);
  const options = { books, clock, key_id, secret, passphrase: PASSPHRASE, keys };
  const create = { binance: createBinanceServer, kraken: createKrakenServer, okx: createOkxServer }[kind];
  const server = create(options);
  const push = kind === "binance" ? attachBinancePush(server, options) : null;
  const base_url = await server.start();
  return {
    kind,
    books,
    server,
    base_url,
    push,
    options: {
      exchange: kind,
      api_key: key_id,
      secret,
      base_url,
      networks: { tron: TRON[kind], bitcoin: BITCOIN[kind] },
      ...(kind === "okx" ? { passphrase: PASSPHRASE } : { markets: ["BTC/USDT"] }),
      ...(kind === "kraken" && { withdraw_keys: { [DESTINATION]: "treasury" } }),
    },
  };
}
