import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  amountProblem,
  formatAmount,
  formatPercent,
  formatPrice,
  MISSING,
  plainAmount,
  sameAmount,
  tableDigits,
  typedAmount,
} from "./amount.ts";
import { readDecimal, writeDecimal } from "./decimal.ts";

describe("formatAmount", () => {
  it.each([
    ["360000.000000", { digits: 2 }, "360,000.00"],
    ["1234567890123456789012.123456", {}, "1,234,567,890,123,456,789,012.123456"],
    ["-1200.5", { digits: 2 }, "\u22121,200.50"],
    ["1200", { digits: 2, sign: true }, "+1,200.00"],
    ["0.000000", { digits: 2, sign: true }, "0.00"],
    ["0.000400", { digits: 2 }, "0.0004"],
    ["0.999999", { digits: 2 }, "0.99"],
    ["999", { digits: 0 }, "999"],
  ])("%s with %j reads %s", (text, style, expected) => {
    expect(formatAmount(text, style)).toBe(expected);
  });

  it("shows what is missing as missing, never as zero", () => {
    for (const value of [null, undefined, "", "NaN"]) expect(formatAmount(value)).toBe(MISSING);
  });

  it("never overstates, and never shows a value as zero that is not", () => {
    const positive = fc.record({
      units: fc.bigInt({ min: 1n, max: 10n ** 30n }),
      scale: fc.integer({ min: 0, max: 18 }),
    });
    fc.assert(
      fc.property(positive, fc.integer({ min: 0, max: 8 }), ({ units, scale }, digits) => {
        const shown = formatAmount(writeDecimal({ units, scale }), { digits }).replaceAll(",", "");
        expect(/[1-9]/.test(shown)).toBe(true);
        const [whole = "0", fraction = ""] = shown.split(".");
        const cut = BigInt(whole + fraction.padEnd(18, "0").slice(0, 18));
        expect(cut <= units * 10n ** BigInt(18 - scale)).toBe(true);
      }),
    );
  });
});

describe("formatPercent", () => {
  it.each([
    ["36.4000", "36.4\u00a0%"],
    ["36.4499", "36.4\u00a0%"],
    ["36.4500", "36.5\u00a0%"],
    ["-3.6500", "\u22123.7\u00a0%"],
    ["100", "100.0\u00a0%"],
    [null, MISSING],
  ])("%s reads %s", (text, expected) => {
    expect(formatPercent(text)).toBe(expected);
  });

  it("writes differences in points with their sign", () => {
    expect(formatPercent("3.6", { sign: true, unit: "pp" })).toBe("+3.6\u00a0pp");
  });
});

describe("an amount as it is typed", () => {
  it.each([
    ["12,500.25", "12500.25"],
    ["1 250 000", "1250000"],
    ["1_000", "1000"],
    [" 0.5 ", "0.5"],
  ])("%s is %s", (typed, amount) => {
    expect(typedAmount(typed)).toBe(amount);
    expect(amountProblem(typed)).toBeUndefined();
  });

  it.each(["1,5", "0,500", "1,50,000", "12,5000", "1,000 000", "1.5.0", "-3", "ten", "1,"])("%s is none", (typed) => {
    expect(readDecimal(typedAmount(typed)) === null || typed.startsWith("-")).toBe(true);
    expect(amountProblem(typed)).toMatch(/comma/);
  });

  it("is not wrong before anything is typed, and never makes more of what is written with a point", () => {
    expect(amountProblem(" ")).toBeUndefined();
    const written = fc.record({
      units: fc.bigInt({ min: 0n, max: 10n ** 24n }),
      scale: fc.integer({ min: 0, max: 18 }),
    });
    fc.assert(
      fc.property(written, (decimal) => {
        const text = writeDecimal(decimal);
        expect(typedAmount(text)).toBe(text);
        expect(typedAmount(formatAmount(text))).toBe(text);
        if (text.includes("."))
          expect(amountProblem(text.replace(".", ",")) === undefined).toBe(/^[1-9]\d{0,2}\.\d{3}$/.test(text));
      }),
    );
  });
});

describe("typing an amount to confirm it", () => {
  it("forgives separators and trailing zeros", () => {
    expect(sameAmount("360,000", "360000.000000")).toBe(true);
    expect(sameAmount(" 360 000.00 ", "360000.000000")).toBe(true);
  });

  it("forgives nothing else", () => {
    for (const typed of ["", "36000", "3600000", "360000.01", "360000,5.0x", "-360000"]) {
      expect(sameAmount(typed, "360000.000000")).toBe(false);
    }
  });

  it("offers the plain text that would pass", () => {
    expect(plainAmount("360000.000000")).toBe("360000");
    expect(plainAmount("0.500000")).toBe("0.5");
    expect(plainAmount("100")).toBe("100");
  });

  it("knows how many digits a table shows", () => {
    expect([tableDigits("BTC"), tableDigits("USDT")]).toEqual([4, 2]);
  });
});

describe("formatPrice", () => {
  it.each([
    ["90123.4567", "90,123.45"],
    ["3012.34", "3,012.34"],
    ["1234567.891", "1,234,567.89"],
    ["0.999700", "0.9997"],
    ["0.9999999", "0.999999"],
    ["1.000000", "1.00"],
    ["12.3456789", "12.3456"],
    ["0.0000123456789", "0.0000123456"],
    ["0", "0.00"],
  ])("%s reads %s", (text, expected) => {
    expect(formatPrice(text)).toBe(expected);
  });

  it("shows what is missing as missing", () => {
    for (const value of [null, undefined, "", "NaN"]) expect(formatPrice(value)).toBe(MISSING);
  });
});
