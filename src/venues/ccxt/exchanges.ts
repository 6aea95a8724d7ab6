/** The exchanges that may move money. Every other one that ccxt knows is watched only. */
import { BINANCE } from "./binance.ts";
import type { ExchangeFacts } from "./dialect.ts";
import { KRAKEN } from "./kraken.ts";
import { OKX } from "./okx.ts";

export const EXCHANGES: readonly ExchangeFacts[] = [BINANCE, KRAKEN, OKX];
