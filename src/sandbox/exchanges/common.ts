/** What the three dialects share: their options, and amounts as decimal strings of whole coins. */
import { printDecimal } from "../../money/index.ts";
import type { ServerOptions } from "../http/index.ts";
import type { ExchangeBooks } from "./books.ts";

export interface ExchangeServerOptions {
  readonly books: ExchangeBooks;
  readonly clock: ServerOptions["clock"];
  readonly key_id: string;
  readonly secret: string;
  /** OKX only. */
  readonly passphrase?: string;
  /** Kraken only: the names under which destinations were registered at the exchange. */
  readonly keys?: ReadonlyMap<string, { readonly coin: string; readonly network: string; readonly address: string }>;
  readonly port?: number;
}

export function exchangeBase({ books, clock, port }: ExchangeServerOptions, name: string) {
  return { name, clock, before: () => books.catchUp(), body: "form" as const, ...(port === undefined ? {} : { port }) };
}

/** @example units(books, "BTC", 150_000_000n) // "1.5" */
export function units(books: ExchangeBooks, coin: string, amount: bigint): string {
  return printDecimal(amount, books.coin(coin)?.decimals ?? 0);
}

/** Null for what is no decimal of that coin. */
export function readUnits(books: ExchangeBooks, coin: string, text: string | null | undefined): bigint | null {
  const decimals = books.coin(coin)?.decimals;
  if (decimals === undefined || typeof text !== "string" || !/^\d{1,30}(\.\d{1,30})?$/.test(text)) return null;
  const [whole = "", part = ""] = text.split(".");
  if (part.replace(/0+$/, "").length > decimals) return null;
  return BigInt(whole + part.slice(0, decimals).padEnd(decimals, "0"));
}
