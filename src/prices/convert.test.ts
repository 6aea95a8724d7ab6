import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRatios, ratio } from "../money/index.ts";
import type { PriceState } from "../policy/types.ts";
import { convertQuote, type Quote } from "./index.ts";

const NOW = 1_800_000_000_000;
/** Base units of USD (two decimals) per whole USDT. */
const usdt = (cents: bigint, over: Partial<PriceState> = {}): PriceState => ({
  status: "fresh",
  currency: "USD",
  currency_decimals: 2,
  price: ratio(cents, 1n),
  as_of: NOW - 2_000,
  sources: 3,
  spread_ppm: 0,
  ...over,
});
/** 60,000 USDT (six decimals) for one coin. */
const quote: Quote = {
  source: "binance",
  currency: "USDT",
  price: ratio(60_000_000_000n, 1n),
  source_time: NOW - 1_000,
  received_at: NOW - 500,
};
const rate = (price: PriceState) => ({ asset: "USDT", decimals: 6, price });

describe("convertQuote", () => {
  it("does not take USDT for USD: at 97 cents a coin of 60,000 USDT is worth 58,200 USD", () => {
    const converted = convertQuote(quote, rate(usdt(97n)));
    expect(converted && compareRatios(converted.price, ratio(5_820_000n, 1n))).toBe(0);
    expect(converted).not.toHaveProperty("currency");
  });

  it("is as old as the older of the quote and the rate", () => {
    expect(convertQuote(quote, rate(usdt(100n)))).toMatchObject({ source_time: NOW - 2_000, received_at: NOW - 2_000 });
    const old = { ...quote, source_time: NOW - 9_000, received_at: NOW - 8_000 };
    expect(convertQuote(old, rate(usdt(100n)))).toMatchObject({ source_time: NOW - 9_000, received_at: NOW - 8_000 });
    expect(convertQuote({ ...quote, source_time: null }, rate(usdt(100n)))?.source_time).toBeNull();
  });

  it.each(["stale", "unavailable"] as const)("gives no price by a rate that is %s", (status) => {
    expect(convertQuote(quote, rate(usdt(100n, { status })))).toBeNull();
  });

  it("gives no price by the rate of another asset, or of a quote that names none", () => {
    expect(convertQuote({ ...quote, currency: "USDC" }, rate(usdt(100n)))).toBeNull();
    const { currency: _, ...own } = quote;
    expect(convertQuote(own, rate(usdt(100n)))).toBeNull();
  });

  it("is exact: twice the rate is twice the price, whatever the digits", () => {
    const units = fc.bigInt({ min: 1n, max: 10n ** 30n });
    fc.assert(
      fc.property(units, units, units, (num, den, cents) => {
        const once = convertQuote({ ...quote, price: ratio(num, den) }, rate(usdt(cents)));
        const twice = convertQuote({ ...quote, price: ratio(num, den) }, rate(usdt(2n * cents)));
        if (once === null || twice === null) throw new Error("both rates are fresh");
        expect(compareRatios(twice.price, ratio(once.price.num * 2n, once.price.den))).toBe(0);
      }),
    );
  });
});
