/**
 * Public prices as five markets publish them: Coinbase Exchange, Kraken, Bitstamp, Bitfinex, Binance. Prices are set by hand, as
 * text, with the time at which they were true; numbers that a market writes as JSON numbers are written as such.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Instant } from "../../ports/index.ts";

export type MarketKind = "coinbase" | "kraken" | "bitstamp" | "bitfinex" | "binance";

export interface MarketPrice {
  readonly price: string;
  readonly at: Instant;
}

export interface MarketServer {
  readonly base_url: string;
  /** By the market's own symbol. */
  readonly prices: Map<string, MarketPrice>;
  /** The next answer is this one. */
  answerNext(status: number, text: string): void;
  /** Planned answers that nobody fetched are dropped. */
  forget(): void;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** JSON by hand: `JSON.stringify` would round the numbers. */
const DIALECTS: Readonly<Record<MarketKind, (url: URL, prices: ReadonlyMap<string, MarketPrice>) => Answer>> = {
  coinbase: (url, prices) => {
    const row = prices.get(/^\/products\/([^/]+)\/ticker$/.exec(url.pathname)?.[1] ?? "");
    if (!row) return { status: 404, text: '{"message":"NotFound"}' };
    const time = new Date(row.at).toISOString().replace("Z", "000Z");
    return good(
      `{"ask":"${row.price}","bid":"${row.price}","volume":"1.5","trade_id":86326522,"price":"${row.price}","size":"0.01","time":"${time}"}`,
    );
  },
  kraken: (url, prices) => {
    const pair = url.searchParams.get("pair") ?? "";
    const row = url.pathname === "/0/public/Trades" ? prices.get(pair) : undefined;
    if (!row) return good('{"error":["EQuery:Unknown asset pair"]}');
    const seconds = `${Math.floor(row.at / 1000)}.${String(row.at % 1000).padStart(3, "0")}7369`;
    return good(
      `{"error":[],"result":{"X${pair}Z":[["${row.price}","0.345",${seconds},"b","m","",61044952]],"last":"1688671969993150842"}}`,
    );
  },
  bitstamp: (url, prices) => {
    const row = prices.get(/^\/api\/v2\/ticker\/([^/]+)\/$/.exec(url.pathname)?.[1] ?? "");
    if (!row) return { status: 404, text: '{"status":"error","reason":"Not found","code":"404.001"}' };
    return good(
      `{"timestamp":"${Math.floor(row.at / 1000)}","open":"1","high":"${row.price}","low":"1","last":"${row.price}","volume":"1","vwap":"1","bid":"${row.price}","ask":"${row.price}","side":"0","open_24":"1","percent_change_24":"0.1"}`,
    );
  },
  bitfinex: (url, prices) => {
    const row = prices.get(decodeURIComponent(/^\/v2\/trades\/([^/]+)\/hist$/.exec(url.pathname)?.[1] ?? ""));
    return row
      ? good(`[[401597393,${row.at},-0.00511223,${row.price}]]`)
      : { status: 500, text: '["error",10020,"symbol: invalid"]' };
  },
  binance: (url, prices) => {
    const row = url.pathname === "/api/v3/trades" ? prices.get(url.searchParams.get("symbol") ?? "") : undefined;
    if (!row) return { status: 400, text: '{"code":-1121,"msg":"Invalid symbol."}' };
    return good(
      `[{"id":28457,"price":"${row.price}","qty":"12.0","quoteQty":"48.0","time":${row.at},"isBuyerMaker":true,"isBestMatch":true}]`,
    );
  },
};

export async function startMarket(kind: MarketKind): Promise<MarketServer> {
  const prices = new Map<string, MarketPrice>();
  const planned: Answer[] = [];
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://market");
    const { status, text } = planned.shift() ?? DIALECTS[kind](url, prices);
    response.writeHead(status, { "content-type": text.startsWith("<") ? "text/html" : "application/json" }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    base_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    prices,
    answerNext: (status, text) => void planned.push({ status, text }),
    forget: () => void planned.splice(0),
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function good(text: string): Answer {
  return { status: 200, text };
}
