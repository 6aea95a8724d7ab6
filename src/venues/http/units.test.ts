import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NumberText, parseJson } from "./json.ts";
import { AssetCodec, readUnits, writeUnits } from "./units.ts";

const decimal = { style: "decimal", decimals: 8 } as const;

describe("amounts of a vendor", () => {
  it("come back exactly, in both styles and at every scale", () => {
    const style = fc.constantFrom("decimal" as const, "base" as const);
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 50n), 10n ** 50n), style, fc.nat(24), (units, how, decimals) => {
        const codec = { style: how, decimals };
        expect(readUnits(writeUnits(units, codec), codec)).toBe(units);
        expect(readUnits(new NumberText(writeUnits(units, codec)), codec)).toBe(units);
      }),
    );
  });

  it("are exact where a float writes them with an exponent, as bitcoind and JavaScript do", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 21_000_000n * 10n ** 8n), (units) => {
        const body = parseJson(JSON.stringify({ v: Number(units) / 1e8 })) as { v: NumberText };
        expect(readUnits(body.v, decimal)).toBe(units);
      }),
    );
    expect(readUnits(new NumberText("1e-8"), decimal)).toBe(1n);
    expect(readUnits(new NumberText("1.5E+3"), decimal)).toBe(150_000_000_000n);
    expect(readUnits(new NumberText("-2.50e-7"), decimal)).toBe(-25n);
  });

  it.each(["0.000000001", "1e-9", "NaN", "", "1,5", "0x10", "Infinity", "1e999", " 1"])("are refused: %j", (text) => {
    expect(() => readUnits(text, decimal)).toThrow(expect.objectContaining({ code: "venue_invalid" }));
  });

  it.each(["1.0", "1e3", "", "-", "0x1"])("are whole numbers in base units: %j is none", (text) => {
    expect(() => readUnits(text, { style: "base", decimals: 8 })).toThrow(/whole number of base units/);
  });

  it("are written as the vendor wants them", () => {
    const codec = new AssetCodec(new Map([["BTC", { id: "BTC", decimals: 8 }]]), "base");
    expect(codec.writer("BTC")(150n)).toBe("150");
    expect(codec.reader("BTC")("150")).toBe(150n);
    expect(() => codec.reader("BTC")("-150")).toThrow(/zero or more/);
  });
});
