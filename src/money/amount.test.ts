import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addAmounts,
  amountOf,
  amountText,
  maxOf,
  minOf,
  parseDecimal,
  printAmount,
  sayAmount,
  subtractAmounts,
  toAssetUnits,
  toInstrumentUnits,
} from "./index.ts";

fc.configureGlobal({ seed: 1 });

const usdt = { id: "USDT", decimals: 18 };
const tron = { id: "usdt-tron", asset: "USDT", network: "tron", contract: "T1", decimals: 6 };
const amount = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n });

describe("amounts", () => {
  it("adds and takes away without loss, in one asset only", () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        const [x, y] = [
          { asset: "USDT", units: a },
          { asset: "USDT", units: b },
        ];
        expect(subtractAmounts(addAmounts(x, y), y)).toEqual(x);
        expect(minOf(a, b) + maxOf(a, b)).toBe(a + b);
        expect(minOf(a, b) <= maxOf(a, b)).toBe(true);
      }),
    );
    const one_btc = { asset: "BTC", units: 1n };
    expect(() => addAmounts({ asset: "USDT", units: 1n }, one_btc)).toThrow("cannot add USDT and BTC");
    expect(() => subtractAmounts({ asset: "USDT", units: 1n }, one_btc)).toThrow("cannot subtract BTC from USDT");
  });

  it("reads and prints with the asset's own decimals", () => {
    expect(amountOf({ id: "USDT", decimals: 6 }, "12.5")).toEqual({ asset: "USDT", units: 12_500_000n });
    expect(printAmount({ id: "USDT", decimals: 6 }, 12_500_000n)).toBe("12.500000 USDT");
    expect(printAmount({ id: "JPY", decimals: 0 }, -7n)).toBe("-7 JPY");
  });
});

describe("amounts in sentences", () => {
  it("keep every digit, so that two which differ never read alike", () => {
    fc.assert(
      fc.property(amount, fc.integer({ min: 0, max: 18 }), (units, decimals) => {
        const said = amountText({ id: "X", decimals }, units);
        expect(parseDecimal(said.replace(" X", "").replaceAll(",", ""), decimals)).toBe(units);
        expect(said).toMatch(/^-?\d{1,3}(,\d{3})*(\.\d*[1-9])? X$/);
      }),
    );
  });

  it.each([
    [2_524_000_500_000n, "2,524,000.5 USDT"],
    [-1_000_000_000n, "-1,000 USDT"],
    [1n, "0.000001 USDT"],
    [0n, "0 USDT"],
  ])("%s base units are %s", (units, said) => {
    expect(sayAmount(new Map([["USDT", { id: "USDT", decimals: 6 }]]), "USDT", units)).toBe(said);
  });

  it("say that they are base units where the registry does not know the asset", () => {
    expect(sayAmount(new Map(), "OLD", 1_234n)).toBe("1,234 base units of OLD");
  });
});

describe("instruments", () => {
  it("goes up to the asset's scale and back without loss", () => {
    fc.assert(
      fc.property(amount, (units) => {
        expect(toInstrumentUnits(usdt, tron, toAssetUnits(usdt, tron, units))).toBe(units);
      }),
    );
  });

  it("refuses what the instrument cannot carry rather than rounding it", () => {
    expect(() => toInstrumentUnits(usdt, tron, 10n ** 12n - 1n)).toThrow("more decimals than usdt-tron can carry");
    expect(toInstrumentUnits(usdt, tron, 10n ** 12n)).toBe(1n);
  });

  it("crashes on an instrument of another asset, or finer than its asset", () => {
    expect(() => toAssetUnits({ id: "BTC", decimals: 8 }, tron, 1n)).toThrow("not a form of BTC");
    expect(() => toAssetUnits({ id: "USDT", decimals: 2 }, tron, 1n)).toThrow("more decimals");
  });
});
