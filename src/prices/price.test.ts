import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRatios, type Ratio, ratio } from "../money/index.ts";
import { medianOf, type PricePolicy, priceFrom, type Quote } from "./index.ts";

fc.configureGlobal({ seed: 1 });

const NOW = 1_800_000_000_000;
const USD = { id: "USD", decimals: 2 };
const POLICY: PricePolicy = { quorum: 2, max_age_ms: 60_000, outlier_ppm: 50_000 };

const whole = (value: number): Ratio => ratio(BigInt(value), 1n);
const aQuote = (source: string, price: number, over: Partial<Quote> = {}): Quote => ({
  source,
  price: whole(price),
  source_time: NOW - 1_000,
  received_at: NOW - 500,
  ...over,
});
const three = (...prices: readonly [number, number, number]): Quote[] =>
  prices.map((price, index) => aQuote(`feed-${index}`, price));
const at = (quotes: readonly Quote[], policy: PricePolicy = POLICY) => priceFrom(quotes, policy, NOW, USD);

describe("medianOf", () => {
  it("takes the middle, and the side asked for when there are two middles", () => {
    expect(medianOf([whole(3), whole(1), whole(2)])).toEqual(whole(2));
    const four = [whole(1), whole(9), whole(2), whole(4)];
    expect(medianOf(four, "low")).toEqual(whole(2));
    expect(medianOf(four, "high")).toEqual(whole(4));
    expect(compareRatios(medianOf(four), whole(3))).toBe(0);
  });

  it("is no fraction rounded: the mean of 1/3 and 1/2 is 5/12", () => {
    expect(compareRatios(medianOf([ratio(1n, 3n), ratio(1n, 2n)]), ratio(5n, 12n))).toBe(0);
  });
});

describe("priceFrom", () => {
  it("makes a fresh price of three that agree", () => {
    expect(at(three(100, 101, 102))).toEqual({
      status: "fresh",
      currency: "USD",
      currency_decimals: 2,
      price: whole(101),
      as_of: NOW - 1_000,
      sources: 3,
      spread_ppm: 19_802,
    });
  });

  it("drops an outlier from the quorum and from the spread", () => {
    const state = at(three(100, 100, 200));
    expect(state).toMatchObject({ status: "fresh", price: whole(100), sources: 2, spread_ppm: 0 });
    expect(at(three(100, 100, 200), { ...POLICY, quorum: 3 }).status).toBe("stale");
  });

  it("never trusts two sources: their median is their mean", () => {
    expect(at(three(100, 100, 100).slice(0, 2), { ...POLICY, quorum: 1 }).status).toBe("stale");
  });

  it("counts a source once, by its newest quote", () => {
    const twice = [...three(100, 100, 100).slice(0, 2), aQuote("feed-0", 300, { received_at: NOW - 5_000 })];
    expect(at(twice)).toMatchObject({ status: "stale", price: whole(100), sources: 2 });
  });

  it("ages a source by its own time, and by the receipt where it gives none", () => {
    const old = three(100, 100, 100).map((quote) => ({ ...quote, source_time: NOW - 60_001 }));
    expect(at(old)).toMatchObject({ status: "stale", price: whole(100), as_of: NOW - 60_001 });
    const silent = { source_time: null, received_at: NOW - 60_000 };
    expect(at([...three(100, 100, 100).slice(0, 2), aQuote("silent", 100, silent)]).status).toBe("fresh");
    expect(at([...three(100, 100, 100).slice(0, 2), aQuote("silent", 100, { ...silent, received_at: 0 })]).status).toBe(
      "stale",
    );
  });

  it("does not let sources without a time of their own make the quorum alone", () => {
    const silent = three(100, 100, 100).map((quote) => ({ ...quote, source_time: null }));
    expect(at(silent).status).toBe("stale");
    expect(at([...silent, aQuote("timed", 100)]).status).toBe("fresh");
    expect(at([...silent, aQuote("timed", 300)]).status).toBe("stale");
  });

  it("does not keep a source fresh because it writes the future", () => {
    const future = three(100, 100, 100).map((quote) => ({ ...quote, source_time: NOW + 10 ** 9, received_at: 0 }));
    expect(at(future).status).toBe("stale");
  });

  it("has no price without quotes, and refuses prices of zero and below", () => {
    expect(at([])).toMatchObject({ status: "unavailable", price: null, as_of: null, sources: 0, spread_ppm: null });
    expect(at(three(0, 0, 0)).status).toBe("unavailable");
    expect(at([...three(100, 100, 0)]).status).toBe("stale");
    expect(at([...three(100, 100, -100)]).status).toBe("stale");
  });

  it("is unavailable when the sources split into two camps", () => {
    expect(at([100, 100, 200, 200].map((price, index) => aQuote(`feed-${index}`, price))).status).toBe("unavailable");
  });

  it("reads a limit that is missing or not a number as no permission", () => {
    const quotes = three(100, 101, 102);
    expect(at(quotes, { ...POLICY, max_age_ms: Number.NaN }).status).toBe("stale");
    expect(at(quotes, { ...POLICY, outlier_ppm: Number.NaN }).status).toBe("stale");
    expect(at(three(100, 100, 300), { ...POLICY, quorum: 0 }).status).toBe("stale");
    expect(at(three(100, 100, 300), { ...POLICY, quorum: Number.NaN }).status).toBe("stale");
  });

  it("regression: two bad sources of five, just inside the tolerance, do not become the majority of those kept", () => {
    const state = at([100, 110, 120, 125, 125].map((price, index) => aQuote(`feed-${index}`, price)));
    expect(state.price).toEqual(whole(120));
  });

  const price = fc.integer({ min: 1, max: 10 ** 9 });
  const anywhere = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });

  it("stays within the range of the good sources while fewer than half are bad", () => {
    const sources = fc.array(price, { minLength: 2, maxLength: 9 }).chain((good) =>
      fc.record({
        good: fc.constant(good),
        bad: fc.array(anywhere, { maxLength: good.length - 1 }),
        even: fc.constantFrom("mean", "low", "high"),
        outlier_ppm: fc.integer({ min: 0, max: 10 ** 6 }),
      }),
    );
    fc.assert(
      fc.property(sources, ({ good, bad, even, outlier_ppm }) => {
        const quotes = [
          ...good.map((value, index) => aQuote(`good-${index}`, value)),
          ...bad.map((value, index) => ({ ...aQuote(`bad-${index}`, 1), price: { num: value, den: 1n } })),
        ];
        const state = priceFrom(quotes, { ...POLICY, outlier_ppm }, NOW, USD, even);
        if (state.price === null) return;
        expect(compareRatios(state.price, whole(Math.min(...good)))).toBeGreaterThanOrEqual(0);
        expect(compareRatios(state.price, whole(Math.max(...good)))).toBeLessThanOrEqual(0);
      }),
    );
  });

  it("does not depend on the order of the quotes, and never throws", () => {
    const time = fc.oneof(fc.integer({ min: 0, max: 2 * NOW }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY));
    const quote = fc.record({
      source: fc.constantFrom("a", "b", "c", "d", "e", "f"),
      price: fc.record({ num: anywhere, den: anywhere }),
      source_time: fc.option(time),
      received_at: time,
    });
    const distinct = fc.uniqueArray(quote, { selector: (entry) => entry.source, maxLength: 6 });
    fc.assert(
      fc.property(distinct, (quotes) => {
        const state = at(quotes);
        const reversed = at([...quotes].reverse());
        expect({ ...reversed, price: null }).toEqual({ ...state, price: null });
        if (state.price && reversed.price) expect(compareRatios(state.price, reversed.price)).toBe(0);
        expect(state.status === "unavailable").toBe(state.price === null);
      }),
    );
  });
});
