/** Running estimates in constant time and constant memory. Each is plain JSON and is changed in place. */

/** Mean and variance that forget: weight 1/n until n reaches `span`, then 1/span. */
export interface Moments {
  readonly span: number;
  n: number;
  mean: number;
  variance: number;
}

export function createMoments(span: number): Moments {
  return { span, n: 0, mean: 0, variance: 0 };
}

/** West (1979), exponentially weighted. */
export function addMoment(moments: Moments, value: number): void {
  moments.n += 1;
  const weight = Math.max(1 / moments.span, 1 / moments.n);
  const difference = value - moments.mean;
  moments.mean += weight * difference;
  moments.variance = (1 - weight) * (moments.variance + weight * difference * difference);
}

/**
 * Median of a quantity that is not negative: exact over the first values, then by stochastic approximation (Robbins & Monro
 * 1951): up a step when the value is above, down when below. Steps are relative to the estimate, so that it has no unit, and
 * outliers cannot pull it.
 */
export interface RunningMedian {
  n: number;
  median: number;
  /** The first values, sorted; empty once there are enough. */
  first: number[];
}

const FIRST_VALUES = 96;
const MEDIAN_STEP = 0.003;

export function createRunningMedian(): RunningMedian {
  return { n: 0, median: 0, first: [] };
}

export function addToMedian(estimate: RunningMedian, value: number): void {
  estimate.n += 1;
  if (estimate.n <= FIRST_VALUES || estimate.median <= 0) {
    const after = estimate.first.findIndex((each) => each > value);
    estimate.first.splice(after < 0 ? estimate.first.length : after, 0, value);
    estimate.median = estimate.first[Math.floor(estimate.first.length / 2)] ?? 0;
    if (estimate.first.length > FIRST_VALUES) estimate.first.pop();
    if (estimate.n >= FIRST_VALUES && estimate.median > 0) estimate.first = [];
    return;
  }
  if (value > estimate.median) estimate.median *= 1 + MEDIAN_STEP;
  else if (value < estimate.median) estimate.median /= 1 + MEDIAN_STEP;
}

/** Standard deviation of a normal variable whose median absolute value is 1. */
export const SIGMA_PER_MAD = 1.4826;

/** A mean per slot of a repeating period. */
export interface Slots {
  readonly period_ms: number;
  readonly mean: number[];
  readonly n: number[];
}

export function createSlots(period_ms: number, slots: number): Slots {
  return { period_ms, mean: Array<number>(slots).fill(0), n: Array<number>(slots).fill(0) };
}

export function slotOf({ period_ms, mean }: Slots, at: number): number {
  const phase = ((at % period_ms) + period_ms) % period_ms;
  return Math.floor((phase / period_ms) * mean.length);
}

/** `span`: visits of a slot after which the oldest are forgotten. */
export function addToSlot(slots: Slots, slot: number, value: number, span: number): void {
  const n = (slots.n[slot] ?? 0) + 1;
  slots.n[slot] = n;
  const mean = slots.mean[slot] ?? 0;
  slots.mean[slot] = mean + (value - mean) * Math.max(1 / span, 1 / n);
}
