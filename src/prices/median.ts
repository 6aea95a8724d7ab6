/** The median of exact fractions. */
import { assert } from "../errors/index.ts";
import { compareRatios, type Ratio, ratio } from "../money/index.ts";

/**
 * What the middle of an even count is: the mean of the two, or the lower or higher of them where one error is worse than the
 * other (low for the value of what we hold, high for the value of what we owe).
 */
export type EvenMedian = "mean" | "low" | "high";

/** @example medianOf([ratio(1n, 1n), ratio(3n, 1n), ratio(2n, 1n)]) // 2 */
export function medianOf(values: readonly Ratio[], even: EvenMedian = "mean"): Ratio {
  assert(values.length > 0, "the median of nothing");
  const sorted = [...values].sort(compareRatios);
  const high = sorted[Math.floor(sorted.length / 2)];
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  assert(low && high, "the middle of a list lies within it");
  if (even === "low" || compareRatios(low, high) === 0) return low;
  if (even === "high") return high;
  return ratio(low.num * high.den + high.num * low.den, 2n * low.den * high.den);
}
