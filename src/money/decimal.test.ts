import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TidegateError } from "../errors/index.ts";
import { DECIMALS_MAX, parseDecimal, printDecimal, UNITS_DIGITS_MAX } from "./decimal.ts";

fc.configureGlobal({ seed: 1 });

const decimals = fc.integer({ min: 0, max: DECIMALS_MAX });
const units = fc.bigInt({ min: -(10n ** 47n), max: 10n ** 47n });

const codeOf = (text: string, places = 6): string => {
  try {
    parseDecimal(text, places);
    return "accepted";
  } catch (error) {
    return error instanceof TidegateError ? error.code : "threw something else";
  }
};

describe("decimals", () => {
  it("parses what it prints, for every scale", () => {
    fc.assert(
      fc.property(units, decimals, (value, places) => {
        expect(parseDecimal(printDecimal(value, places), places)).toBe(value);
      }),
    );
  });

  it("keeps the order of amounts of one scale", () => {
    fc.assert(
      fc.property(units, units, decimals, (a, b, places) => {
        const [left, right] = [printDecimal(a, places), printDecimal(b, places)].map((x) => parseDecimal(x, places));
        expect((left ?? 0n) < (right ?? 0n)).toBe(a < b);
      }),
    );
  });

  it.each([
    ["0", 6, 0n],
    ["-0", 6, 0n],
    ["-0.000001", 6, -1n],
    ["1.5", 6, 1_500_000n],
    ["1.500000000", 6, 1_500_000n],
    ["007", 0, 7n],
    ["21000000.00000001", 8, 2_100_000_000_000_001n],
    ["0.000000000000000000000000000001", 30, 1n],
  ])("reads %s at %i decimals", (text, places, value) => {
    expect(parseDecimal(text, places)).toBe(value);
  });

  it.each([
    ["hex", "0x10"],
    ["exponent", "1e6"],
    ["infinity", "Infinity"],
    ["not a number", "NaN"],
    ["nothing", ""],
    ["a space", " "],
    ["padding", " 1"],
    ["line end", "1\n"],
    ["plus sign", "+1"],
    ["two signs", "--1"],
    ["no whole part", ".5"],
    ["no fraction", "1."],
    ["two points", "1.2.3"],
    ["comma", "1,000"],
    ["underscore", "1_000"],
    ["unit", "1 USDT"],
    ["Arabic digits", "١٢٣"],
    ["full-width digits", "１２３"],
    ["mathematical digits", "𝟏𝟐"],
    ["minus sign of typography", "−1"],
    ["zero-width space", "1\u200b0"],
    ["right-to-left mark", "\u202e1"],
    ["NUL", "1\u0000"],
    ["79 digits", "9".repeat(79)],
    ["31 decimals", `0.${"0".repeat(31)}`],
  ])("refuses %s", (_, text) => {
    expect(codeOf(text)).toBe("amount_malformed");
  });

  it("refuses more precision than the asset has, and more than the store holds", () => {
    expect(codeOf("1.0000001")).toBe("amount_too_precise");
    expect(codeOf("0.5", 0)).toBe("amount_too_precise");
    expect(codeOf("9".repeat(UNITS_DIGITS_MAX), 0)).toBe("accepted");
    expect(codeOf("9".repeat(UNITS_DIGITS_MAX), 1)).toBe("amount_too_large");
  });

  it("does not accept anything but digits, one sign and one point", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 30 }), (text) => {
        if (/^-?[0-9]+(\.[0-9]+)?$/.test(text)) return;
        expect(codeOf(text, 30)).toBe("amount_malformed");
      }),
    );
  });

  it("crashes on a scale that no asset may have", () => {
    for (const places of [-1, 31, 1.5, Number.NaN]) {
      expect(() => parseDecimal("1", places)).toThrow("decimals out of range");
      expect(() => printDecimal(1n, places)).toThrow("decimals out of range");
    }
  });
});
