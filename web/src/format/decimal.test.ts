import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { add, compare, drawnFraction, isZero, readDecimal, subtract, sum, writeDecimal } from "./decimal.ts";

const decimal = fc
  .record({ units: fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), scale: fc.integer({ min: 0, max: 30 }) })
  .map(writeDecimal);

describe("decimal strings", () => {
  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(decimal, (text) => {
        const value = readDecimal(text);
        expect(value && writeDecimal(value)).toBe(text);
      }),
    );
  });

  it.each(["", "1e5", "NaN", "1.", ".5", "1,000", "0x10", "Infinity", "--1"])("refuses %j", (text) => {
    expect(readDecimal(text)).toBeNull();
  });

  it("adds what it subtracts", () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const difference = subtract(a, b);
        expect(difference && compare(add(difference, b) ?? "", a)).toBe(0);
      }),
    );
  });

  it("keeps every digit beyond 2^53", () => {
    expect(add("9007199254740993.000001", "0.000001")).toBe("9007199254740993.000002");
    expect(subtract("1", "0.000000000000000001")).toBe("0.999999999999999999");
  });

  it("sums nothing to zero and never guesses at an unreadable member", () => {
    expect(sum([])).toBe("0");
    expect(sum(["1.50", "2.25"])).toBe("3.75");
    expect(sum(["1.50", "?"])).toBeNull();
  });

  it("compares across scales", () => {
    expect(compare("1.10", "1.1")).toBe(0);
    expect(compare("-2", "1")).toBe(-1);
    expect(compare("2", "1.999999")).toBe(1);
    expect(compare("x", "1")).toBeNull();
    expect(isZero("0.000000")).toBe(true);
    expect(isZero("0.000001")).toBe(false);
    expect(isZero("x")).toBe(false);
  });

  it("draws a fraction between 0 and 1 whatever it is given", () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const fraction = drawnFraction(a, b);
        expect(fraction >= 0 && fraction <= 1).toBe(true);
      }),
    );
    expect(drawnFraction("5", "10")).toBe(0.5);
    expect(drawnFraction("20", "10")).toBe(1);
    expect(drawnFraction("1", "0")).toBe(0);
  });
});
