/**
 * Scores a series of readings one by one, in constant time and without ever looking ahead. Four statistics, each turned into
 * a surprise by its own history, are added up, so that a score can be taken apart again:
 * - range: the reading lies outside everything seen so far, by this share of the range seen (twice: as it is, and by its rarity);
 * - level: the mean of the last 30 readings against that of the last 1,000, in standard deviations;
 * - season: the mean of the last 6 residuals against the profile of the day (48 half hours), in mean absolute residuals.
 * The sum is calibrated once more, and what follows a peak is damped by it: a score marks the beginning of something, not its
 * whole length. Parameters were frozen after tuning; docs/explanation/detection.md has the figures.
 */
import { addMoment, addToSlot, createMoments, createSlots, type Moments, type Slots, slotOf } from "./estimates.ts";
import { createTail, surprise, type Tail } from "./surprise.ts";
import type { Reading } from "./types.ts";

export interface SeriesState {
  readonly range: { n: number; low: number; high: number; readonly tail: Tail };
  readonly level: { readonly short: Moments; readonly long: Moments; readonly tail: Tail };
  readonly season: {
    readonly slots: Slots;
    readonly residual: Moments;
    readonly scale: Moments;
    readonly overall: Moments;
    readonly tail: Tail;
  };
  readonly whole: Tail;
  /** Last peak of the surprise, falling. */
  peak: number;
}

export interface SeriesScore {
  /** In [0, 1]; 0.5 is the frozen threshold. */
  readonly score: number;
  /** Surprise of each statistic, in powers of ten. */
  readonly range: number;
  readonly level: number;
  readonly season: number;
}

/** A score of at least this is an anomaly. */
export const SERIES_THRESHOLD = 0.5;
/** Surprise that maps to the threshold: the value that was best on the series tuned on. */
const SURPRISE_AT_THRESHOLD = 1.2;
const DAY_MS = 86_400_000;
const DAY_SLOTS = 48;
const SLOT_SPAN = 25;
const SHORT = 30;
const LONG = 1_000;
const RESIDUALS = 6;
const RESIDUAL_SCALE = 300;
const OVERALL = 500;
const RANGE_LEARNING = 20;
const SCALE_LEARNING = 20;
const SURPRISE_MAX = 6;
const RANGE_BASE = 3;
const RANGE_SLOPE = 10;
/** Differences below a thousandth of the value are rounding, not news. */
const RELATIVE_FLOOR = 1e-3;
const ABSOLUTE_FLOOR = 1e-9;
const PEAK_SHARE = 0.8;
const PEAK_ROWS = 100;
const PEAK_DECAY = Math.exp(-1 / PEAK_ROWS);

export function createSeriesState(): SeriesState {
  return {
    range: { n: 0, low: 0, high: 0, tail: createTail() },
    level: { short: createMoments(SHORT), long: createMoments(LONG), tail: createTail() },
    season: {
      slots: createSlots(DAY_MS, DAY_SLOTS),
      residual: createMoments(RESIDUALS),
      scale: createMoments(RESIDUAL_SCALE),
      overall: createMoments(OVERALL),
      tail: createTail(),
    },
    whole: createTail(),
    peak: 0,
  };
}

/** Scores `reading` and learns from it. A reading that is no finite number scores 0 and teaches nothing. */
export function scoreReading(state: SeriesState, reading: Reading): SeriesScore {
  if (!Number.isFinite(reading.value)) return { score: 0, range: 0, level: 0, season: 0 };
  const outside = outsideRange(state.range, reading.value);
  const novel = outside > 0 ? Math.min(SURPRISE_MAX, RANGE_BASE + RANGE_SLOPE * Math.min(outside, 1)) : 0;
  const range = novel + Math.min(SURPRISE_MAX, surprise(state.range.tail, outside));
  const level = Math.min(SURPRISE_MAX, surprise(state.level.tail, levelShift(state.level, reading.value)));
  const season = Math.min(SURPRISE_MAX, surprise(state.season.tail, offSeason(state.season, reading)));
  const whole = surprise(state.whole, range + level + season);
  const fresh = Math.max(0, whole - PEAK_SHARE * state.peak);
  state.peak = Math.max(state.peak * PEAK_DECAY, whole);
  return { score: 1 - 2 ** (-fresh / SURPRISE_AT_THRESHOLD), range, level, season };
}

function outsideRange(range: SeriesState["range"], value: number): number {
  if (range.n === 0) {
    range.low = value;
    range.high = value;
  }
  const width = range.high - range.low + ABSOLUTE_FLOOR;
  const beyond = Math.max(value - range.high, range.low - value, 0);
  const share = range.n > RANGE_LEARNING ? beyond / width : 0;
  range.n += 1;
  range.low = Math.min(range.low, value);
  range.high = Math.max(range.high, value);
  return share;
}

function levelShift({ short, long }: SeriesState["level"], value: number): number {
  addMoment(short, value);
  addMoment(long, value);
  if (long.n <= SHORT) return 0;
  return Math.abs(short.mean - long.mean) / (Math.sqrt(long.variance) + floorOf(long.mean));
}

function offSeason({ slots, residual, scale, overall }: SeriesState["season"], { at, value }: Reading): number {
  const slot = slotOf(slots, at);
  const expected = (slots.n[slot] ?? 0) > 0 ? (slots.mean[slot] ?? 0) : overall.mean;
  const difference = value - expected;
  addMoment(overall, value);
  addMoment(residual, difference);
  const statistic = scale.n > SCALE_LEARNING ? Math.abs(residual.mean) / (scale.mean + floorOf(value)) : 0;
  addMoment(scale, Math.abs(difference));
  addToSlot(slots, slot, value, SLOT_SPAN);
  return statistic;
}

function floorOf(value: number): number {
  return ABSOLUTE_FLOOR + RELATIVE_FLOOR * Math.abs(value);
}
