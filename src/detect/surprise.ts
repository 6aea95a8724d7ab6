/**
 * How rare a statistic is by its own history: -log10 of its tail probability, and 0 in the bulk. Peaks over threshold
 * (Pickands 1975; streaming as in SPOT, Siffer et al., KDD 2017) with an exponential tail: above the (1 - q) quantile u,
 * P(S > s) = q e^(-(s - u) / m) with m the mean excess. u is followed by stochastic approximation, m by a clipped running mean.
 */
export interface Tail {
  n: number;
  mean: number;
  quantile: number;
  excesses: number;
  excess_mean: number;
}

/** Share of the history that counts as tail. */
const TAIL_SHARE = 0.02;
const TAIL_SHARE_FIRST = 0.1;
const LEARNING_ROWS = 50;
const FIRST_ROWS = 100;
const MEAN_SPAN = 2_000;
const EXCESS_SPAN = 60;
const EXCESS_CLIP = 6;
const EXCESSES_FIRST = 5;
const STEP_LAST = 0.02;
const TINY = 1e-12;

export function createTail(): Tail {
  return { n: 0, mean: 0, quantile: 0, excesses: 0, excess_mean: 0 };
}

/** The surprise of `value` before it becomes history. @example surprise(tail, 3.2) // 4.1: once in about 12,600 rows */
export function surprise(tail: Tail, value: number): number {
  const rare = tail.n >= LEARNING_ROWS && value > tail.quantile && tail.excess_mean > 0;
  const bits = rare ? -Math.log(TAIL_SHARE) + (value - tail.quantile) / tail.excess_mean : 0;
  learn(tail, value);
  return bits / Math.LN10;
}

function learn(tail: Tail, value: number): void {
  tail.n += 1;
  tail.mean += (value - tail.mean) / Math.min(tail.n, MEAN_SPAN);
  const step = Math.max(tail.mean, TINY * 1_000) * Math.max(STEP_LAST, 1 / Math.sqrt(tail.n));
  const share = tail.n < FIRST_ROWS ? TAIL_SHARE_FIRST : TAIL_SHARE;
  tail.quantile = Math.max(0, tail.quantile + (value > tail.quantile ? step * (1 - share) : -step * share));
  if (value <= tail.quantile) return;
  tail.excesses += 1;
  const clip = tail.excesses < EXCESSES_FIRST ? Number.POSITIVE_INFINITY : tail.excess_mean * EXCESS_CLIP + TINY;
  const excess = Math.min(value - tail.quantile, clip);
  tail.excess_mean += (excess - tail.excess_mean) / Math.min(tail.excesses, EXCESS_SPAN);
}
