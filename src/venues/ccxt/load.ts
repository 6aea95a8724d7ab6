/** ccxt is an optional package: it is loaded when a venue first needs it, and costs nothing where none does. */
import { VenueError } from "../index.ts";

/** The part of ccxt's exchanges that is used here; the rest of its interface is left alone. */
export interface CcxtExchange {
  readonly id: string;
  /** `String`: amounts stay text. ccxt's default makes floats of them. */
  number: unknown;
  urls: { api: unknown; [key: string]: unknown };
  options: Record<string, unknown>;
  readonly has: Readonly<Record<string, unknown>>;
  milliseconds: () => number;
  nonce: () => number;
  fetch: (url: string, method?: string, headers?: Record<string, string>, body?: string) => Promise<unknown>;
  sign(
    path: string,
    api: string,
    method: string,
    params: Record<string, unknown>,
  ): { url: string; method: string; body?: string; headers?: Record<string, unknown> };
  fetchBalance(): Promise<unknown>;
  watchBalance?(): Promise<unknown>;
  loadHttpProxyAgent?(): Promise<unknown>;
  close?(): Promise<unknown>;
}

export interface CcxtCredentials {
  readonly apiKey: string;
  readonly secret: string;
  readonly password?: string;
}

type Constructor = new (settings: Record<string, unknown>) => CcxtExchange;

/** ccxt itself does not wait between requests: the venue's rate budget does. */
const SETTINGS = { enableRateLimit: false, timeout: 10_000, maxRetriesOnFailure: 0 };

/** @throws VenueError venue_unsupported when ccxt is not installed, venue_not_found for an exchange it does not know */
export async function loadExchange(
  exchange: string,
  credentials: CcxtCredentials,
  flavour: "rest" | "push" = "rest",
): Promise<CcxtExchange> {
  const library = await importCcxt();
  const shelf = flavour === "push" ? (library.pro as Record<string, unknown> | undefined) : library;
  const make = shelf?.[exchange];
  if (typeof make !== "function" || !isKnown(library, exchange)) {
    throw new VenueError("venue_not_found", `ccxt knows no exchange "${exchange}".`, { exchange });
  }
  const made = new (make as Constructor)({ ...SETTINGS, ...credentials });
  made.number = String;
  return made;
}

function isKnown(library: Record<string, unknown>, exchange: string): boolean {
  const known = library.exchanges;
  return Array.isArray(known) && known.includes(exchange);
}

async function importCcxt(): Promise<Record<string, unknown>> {
  try {
    const loaded: { default: unknown } = await import("ccxt");
    return loaded.default as Record<string, unknown>;
  } catch (cause) {
    const message = "Exchanges need the package ccxt, which is not installed: npm install ccxt@4.5.84 beside Tidegate.";
    throw new VenueError("venue_unsupported", message, {}, { cause });
  }
}
