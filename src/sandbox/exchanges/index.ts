export { createBinanceServer } from "./binance.ts";
export { ExchangeBooks, type ExchangeBooksOptions } from "./books.ts";
export type { ExchangeServerOptions } from "./common.ts";
export { DESTINATION, type ExchangeKind, type FakeExchange, startFakeExchange } from "./fixtures.ts";
export { createKrakenServer } from "./kraken.ts";
export { type MarketKind, type MarketPrice, type MarketServer, startMarket } from "./markets.ts";
export { createOkxServer } from "./okx.ts";
export type { ExchangeCoin, ExchangeMarket, ExchangeNetwork } from "./types.ts";
