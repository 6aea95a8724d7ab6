import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { between, indexOfText, normal, unit } from "./random.ts";

describe("chance by counter", () => {
  it("is in [0, 1) and repeats itself for the same seed, stream and index", () => {
    fc.assert(
      fc.property(fc.nat(), fc.string(), fc.maxSafeNat(), (seed, stream, index) => {
        const value = unit(seed, stream, index);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThan(1);
        expect(unit(seed, stream, index)).toBe(value);
      }),
    );
  });

  it("is even and does not follow its neighbours", () => {
    const values = Array.from({ length: 10_000 }, (_, index) => unit(3, "even", index));
    for (let bin = 0; bin < 10; bin += 1) {
      const count = values.filter((value) => Math.floor(value * 10) === bin).length;
      expect(count).toBeGreaterThan(880);
      expect(count).toBeLessThan(1_120);
    }
    const products = values.slice(1).map((value, index) => (value - 0.5) * ((values[index] ?? 0) - 0.5));
    expect(Math.abs(products.reduce((a, b) => a + b, 0) / products.length)).toBeLessThan(0.003);
  });

  it("tells streams, seeds and far indexes apart", () => {
    expect(unit(3, "a", 5)).not.toBe(unit(3, "b", 5));
    expect(unit(3, "a", 5)).not.toBe(unit(4, "a", 5));
    expect(unit(3, "a", 5)).not.toBe(unit(3, "a", 5 + 2 ** 32));
    expect(indexOfText("ana/trf_1")).not.toBe(indexOfText("ben/trf_1"));
  });

  it("has normal numbers of mean 0 and deviation 1", () => {
    const values = Array.from({ length: 10_000 }, (_, index) => normal(9, "n", index));
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.04);
    expect(Math.abs(variance - 1)).toBeLessThan(0.06);
  });

  it("keeps whole numbers in their range", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(),
        fc.integer({ min: -1_000, max: 1_000 }),
        fc.integer({ min: 1, max: 1_000 }),
        (seed, index, from, width) => {
          const value = between(seed, "range", index, from, from + width);
          expect(Number.isInteger(value) && value >= from && value < from + width).toBe(true);
        },
      ),
    );
  });
});
