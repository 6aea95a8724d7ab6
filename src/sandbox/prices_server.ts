/** A price feed of the sandbox. Three styles, as real feeds differ: with an exact time, with whole seconds, with none. */
import { printDecimal } from "../money/index.ts";
import type { Clock } from "../ports/index.ts";
import { type SandboxReply, SandboxServer } from "./http/index.ts";
import { feedPrice, PRICE_DECIMALS, PRICE_STEP_MS, type PriceShift } from "./prices_path.ts";

export const FEED_STYLES = ["ticker", "trade", "plain"] as const;
export type FeedStyle = (typeof FEED_STYLES)[number];
/** The one currency the feeds quote in. */
const CURRENCY = "USD";

export interface PricesServerOptions {
  readonly feed_id: string;
  readonly style: FeedStyle;
  readonly seed: number;
  readonly assets: readonly string[];
  readonly clock: Clock;
  /** What a scenario does to prices. */
  readonly shift?: PriceShift;
  /** A free port when left out. */
  readonly port?: number;
}

export function createPricesServer(options: PricesServerOptions): SandboxServer {
  return new SandboxServer({
    name: options.feed_id,
    clock: options.clock,
    before: () => undefined,
    routes: [
      {
        method: "GET",
        pattern: /^\/prices\/([A-Za-z0-9]+)-([A-Za-z0-9]+)$/,
        run: ({ parts: [asset = "", currency = ""] }) => quote(options, asset, currency),
      },
    ],
    notFound: { status: 404, body: { message: "NotFound" } },
    ...(options.port === undefined ? {} : { port: options.port }),
  });
}

function quote(options: PricesServerOptions, asset: string, currency: string): SandboxReply {
  if (currency !== CURRENCY || !options.assets.includes(asset)) return { status: 404, body: { message: "NotFound" } };
  const now = options.clock.now();
  const made_at = Math.floor(now / PRICE_STEP_MS) * PRICE_STEP_MS;
  const price = printDecimal(feedPrice(options.seed, options.feed_id, asset, made_at, options.shift), PRICE_DECIMALS);
  switch (options.style) {
    case "ticker":
      return { status: 200, body: { price, time: new Date(made_at).toISOString() } };
    case "trade":
      return { status: 200, body: { last: price, timestamp: String(Math.floor(made_at / 1000)) } };
    case "plain":
      return { status: 200, body: { result: { c: [price, "1"] } } };
  }
}
