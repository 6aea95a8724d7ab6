import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { medianOf, openWindow, pushWindow, quantileOf } from "./sorted_window.ts";

describe("sorted window", () => {
  it("holds the last numbers, in order of size", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 12 }),
        (values, limit) => {
          const window = openWindow(limit);
          for (const value of values) pushWindow(window, value);
          expect(window.sorted).toEqual(values.slice(-limit).sort((a, b) => a - b));
        },
      ),
    );
  });

  it("interpolates quantiles and knows when it is empty", () => {
    const window = openWindow(5);
    expect(quantileOf(window, 0.5)).toBeNull();
    for (const value of [40, 10, 30, 20]) pushWindow(window, value);
    expect([0, 0.5, 0.9, 1, 2].map((share) => quantileOf(window, share))).toEqual([10, 25, 37, 40, 40]);
    expect(medianOf(window)).toBe(30);
  });
});
