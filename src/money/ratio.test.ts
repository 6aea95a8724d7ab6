import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRatios, percent, printPercent, printPrice, ratio, shareOf } from "./ratio.ts";

fc.configureGlobal({ seed: 1 });

const positive = fc.bigInt({ min: 1n, max: 10n ** 20n });
const integer = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
const aRatio = fc.tuple(integer, positive).map(([num, den]) => ratio(num, den));

describe("ratio", () => {
  it("reads percentages exactly", () => {
    expect(compareRatios(percent("4.97"), ratio(497n, 10_000n))).toBe(0);
    expect(compareRatios(percent("0.1"), ratio(1n, 1_000n))).toBe(0);
    expect(() => percent("five")).toThrow("not a decimal amount");
    expect(() => percent("1.0000000000001")).toThrow("12");
  });

  it("needs a positive denominator", () => {
    expect(() => ratio(1n, 0n)).toThrow("positive denominator");
    expect(() => ratio(1n, -1n)).toThrow("positive denominator");
  });

  it("orders totally and consistently, whatever the scale", () => {
    fc.assert(
      fc.property(aRatio, aRatio, aRatio, positive, (a, b, c, by) => {
        expect(compareRatios(a, b) + compareRatios(b, a)).toBe(0);
        expect(compareRatios(a, ratio(a.num * by, a.den * by))).toBe(0);
        if (compareRatios(a, b) <= 0 && compareRatios(b, c) <= 0) expect(compareRatios(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it("takes shares that never add up to more than the whole", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), fc.bigInt({ min: 0n, max: 10n ** 30n }), (points, whole) => {
        const part = ratio(BigInt(points), 10_000n);
        const rest = ratio(BigInt(10_000 - points), 10_000n);
        const down = shareOf(part, whole, "down") + shareOf(rest, whole, "down");
        expect(down === whole || down === whole - 1n).toBe(true);
        expect(shareOf(part, whole, "down") + shareOf(rest, whole, "up")).toBe(whole);
      }),
    );
  });

  it("prints shares, and says nothing about a share of nothing", () => {
    expect(printPercent(364n, 1_000n, 1)).toBe("36.4");
    expect(printPercent(1n, 3n, 4)).toBe("33.3333");
    expect(printPercent(2n, 3n, 2)).toBe("66.67");
    expect(printPercent(2n, 3n, 2, "down")).toBe("66.66");
    expect(printPercent(1n, 0n, 2)).toBeNull();
  });
});

describe("printPrice", () => {
  it.each([
    [ratio(9_012_345n, 1n), "90123.45"],
    // Base units of two decimals: 0.9997 of the currency.
    [ratio(9_997n, 100n), "0.999700"],
    [ratio(1n, 3n), "0.00333333"],
    [ratio(0n, 1n), "0.00"],
  ])("%o reads %s", (price, text) => {
    expect(printPrice(price, 2, "down")).toBe(text);
  });

  it("says six digits of whatever it is, and never more than it is worth", () => {
    fc.assert(
      fc.property(positive, positive, (num, den) => {
        const text = printPrice(ratio(num, den), 2, "down");
        const digits = (text.split(".")[1] ?? "").length;
        const units = BigInt(text.replace(".", ""));
        expect(units * den * 100n).toBeLessThanOrEqual(num * 10n ** BigInt(digits));
        if (num * 10n ** 12n >= den) expect(units).toBeGreaterThanOrEqual(100_000n);
      }),
    );
  });
});
