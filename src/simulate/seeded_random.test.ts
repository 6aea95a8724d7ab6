import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { between, chance, createSeededRandom } from "./seeded_random.ts";

const draw = (seed: number, count: number): number[] => {
  const random = createSeededRandom(seed);
  return Array.from({ length: count }, () => random.next());
};

describe("createSeededRandom", () => {
  it("gives the same numbers for the same seed, others for another", () => {
    expect(draw(7, 100)).toEqual(draw(7, 100));
    expect(draw(7, 100)).not.toEqual(draw(8, 100));
  });

  it("stays in [0, 1) and spreads evenly over ten buckets", () => {
    const buckets = Array.from({ length: 10 }, () => 0);
    for (const number of draw(1, 20_000)) {
      expect(number).toBeGreaterThanOrEqual(0);
      expect(number).toBeLessThan(1);
      const bucket = Math.floor(number * 10);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    for (const count of buckets) expect(Math.abs(count - 2_000)).toBeLessThan(200);
  });
});

describe("between and chance", () => {
  it("keeps its bounds, both included", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -50, max: 50 }), fc.nat(50), (seed, from, width) => {
        const random = createSeededRandom(seed);
        for (let i = 0; i < 50; i += 1) {
          const number = between(random, from, from + width);
          expect(number >= from && number <= from + width && Number.isInteger(number)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("never happens at 0, always at 1, and draws one number either way", () => {
    const a = createSeededRandom(3);
    const b = createSeededRandom(3);
    expect(chance(a, 0)).toBe(false);
    expect(chance(b, 1)).toBe(true);
    expect(a.next()).toBe(b.next());
  });
});
