import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addAmounts,
  amountOf,
  maxOf,
  minOf,
  printAmount,
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
