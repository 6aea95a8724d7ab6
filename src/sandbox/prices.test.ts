import { describe, expect, it } from "vitest";
import { HurriedClock } from "../venues/conformance/hurried_clock.ts";
import { ManualClock } from "../venues/conformance/manual_clock.ts";
import { READ_ATTEMPTS_MAX } from "../venues/http/index.ts";
import { createSandboxPriceSource, type FeedStyle } from "../venues/sandbox/index.ts";
import { START } from "./fixtures.ts";
import { HOUR_MS } from "./flows.ts";
import { feedPrice } from "./prices_path.ts";
import { createPricesServer, FEED_STYLES } from "./prices_server.ts";

const USD = { id: "USD", decimals: 2 };

async function withFeed(style: FeedStyle, use: (feed: Feed) => Promise<void>): Promise<void> {
  const clock = new ManualClock(START + 12_345);
  const server = createPricesServer({ feed_id: "feed-x", style, seed: 7, assets: ["BTC", "USDT"], clock });
  const base_url = await server.start();
  const timer = new HurriedClock(START);
  const source = createSandboxPriceSource({ id: "feed-x", base_url, style, clock, timer, currency: USD });
  try {
    await use({ source, server, clock });
  } finally {
    await source.close();
    await server.stop();
  }
}
interface Feed {
  source: ReturnType<typeof createSandboxPriceSource>;
  server: ReturnType<typeof createPricesServer>;
  clock: ManualClock;
}

describe("price path", () => {
  it("walks: close from minute to minute, far over weeks, around its base", () => {
    const at = (hours: number): number => Number(feedPrice(7, "feed-a", "BTC", START + hours * HOUR_MS)) / 1e8;
    const hourly = Array.from({ length: 2_000 }, (_, hour) => at(hour));
    for (const [index, price] of hourly.entries()) {
      expect(price).toBeGreaterThan(40_000);
      expect(price).toBeLessThan(90_000);
      const next = hourly[index + 1];
      if (next !== undefined) expect(Math.abs(next / price - 1)).toBeLessThan(0.04);
    }
    expect(Math.max(...hourly) / Math.min(...hourly)).toBeGreaterThan(1.08);
  });

  it("keeps a stable coin near one and the feeds near each other", () => {
    for (let hour = 0; hour < 500; hour += 1) {
      const at = START + hour * HOUR_MS;
      const usdt = Number(feedPrice(7, "feed-a", "USDT", at)) / 1e8;
      expect(Math.abs(usdt - 1)).toBeLessThan(0.002);
      const [a, b] = ["feed-a", "feed-b"].map((feed) => Number(feedPrice(7, feed, "BTC", at)));
      expect(Math.abs((a ?? 0) / (b ?? 1) - 1)).toBeLessThan(0.0011);
    }
  });
});

describe("price feeds", () => {
  it.each(FEED_STYLES)("reads the %s feed exactly", async (style) => {
    await withFeed(style, async ({ source }) => {
      const quote = await source.fetchQuote("BTC", "USD");
      const shown = feedPrice(7, "feed-x", "BTC", START);
      expect(quote.price.num * 10n ** 8n).toBe(shown * 100n * quote.price.den);
      expect(quote.source_time).toBe(style === "plain" ? null : START);
      expect(quote).toMatchObject({ source: "feed-x", received_at: START + 12_345 });
    });
  });

  it.each([
    ["an error", 500, {}],
    ["something else", 200, { hello: "world" }],
    ["a price of zero", 200, { price: "0", time: "2026-01-07T12:00:00.000Z" }],
    ["no number", 200, { price: "NaN", time: "2026-01-07T12:00:00.000Z" }],
  ])("gives no price when the feed answers with %s", async (_name, status, body) => {
    await withFeed("ticker", async ({ source, server }) => {
      server.faults.add({ times: READ_ATTEMPTS_MAX, fault: { kind: "respond", status, body } });
      await expect(source.fetchQuote("BTC", "USD")).rejects.toMatchObject({ code: "price_source_failed" });
    });
  });

  it("gives no price for what the feed does not know", async () => {
    await withFeed("trade", async ({ source }) => {
      await expect(source.fetchQuote("ETH", "USD")).rejects.toMatchObject({ code: "price_source_failed" });
      await expect(source.fetchQuote("BTC", "EUR")).rejects.toMatchObject({ code: "price_source_failed" });
    });
  });
});
