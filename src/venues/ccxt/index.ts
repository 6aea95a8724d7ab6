/** Exchanges, through ccxt: binance, kraken and okx move money; any other that ccxt knows is watched only. */

import type { VenueInput, VenueType } from "../index.ts";
import { VenueError } from "../index.ts";
import type { Venue } from "../port.ts";
import { EXCHANGES } from "./exchanges.ts";
import { CcxtOptions } from "./options.ts";
import { ExchangeVenue, type LineLimits } from "./venue.ts";
import { WatchedExchange } from "./watched.ts";

const KEYS = { api_key: "key", secret: "secret", networks: { tron: "TRX", ethereum: "ETH", bitcoin: "BTC" } };

export const CCXT_TYPE: VenueType = {
  type: "ccxt",
  summary:
    "An account at an exchange, through [ccxt](https://github.com/ccxt/ccxt), which is installed beside Tidegate (`npm install ccxt@4.5.84`). `binance`, `kraken` and `okx` move money; any other exchange is watched only. A sub-account is a venue of its own, with its own key.",
  options: CcxtOptions,
  examples: [
    ...EXCHANGES.map(({ exchange }) => ({
      name: exchange,
      options: { ...KEYS, exchange, ...(exchange === "okx" && { passphrase: "pass" }) },
      configured: { networks: "those named in `networks`" },
    })),
    { name: "watched", options: { ...KEYS, exchange: "bitstamp" }, configured: { networks: "none" } },
  ],
  create: (input) => createCcxtVenue(input),
};

/** @throws VenueError venue_invalid when an option that the exchange needs is missing */
export function createCcxtVenue(input: VenueInput, line: LineLimits = {}): Venue {
  const options = CcxtOptions.parse(input.options);
  const facts = EXCHANGES.find(({ exchange }) => exchange === options.exchange);
  if (facts === undefined) return new WatchedExchange(input, options);
  if (options.exchange === "okx" && options.passphrase === undefined) {
    throw new VenueError("venue_invalid", `The venue "${input.id}" needs the passphrase of its OKX key.`);
  }
  return new ExchangeVenue(input, options, facts, line);
}

export type { ExchangeFacts } from "./dialect.ts";
export { EXCHANGES } from "./exchanges.ts";
export { CcxtOptions } from "./options.ts";
