/**
 * Slow drains: a clipped, seasonal CUSUM on the net outflow per hour (Page, "Continuous Inspection Schemes", Biometrika 41,
 * 1954; clipped so that no single hour can raise or spend an alarm alone).
 *
 *   z = min(3.5, (x - profile) / sigma),   c = max(0, min(32, c + z - 0.85)),   alarm while c > limit
 *
 * profile: mean by hour of day, corrected by hour of week as far as that hour is known (n / (n + 6)); both learn flows clipped
 * at 2.5 sigma. sigma: 1.4826 x the running median of |x - profile|, so that whales do not widen it, times how restless this
 * hour of the day usually is. While an alarm is on, nothing is learnt: a drain does not become the new normal. The limit rises
 * by an eighth after each episode and falls back over forty-six calm days, between rails: it settles where there is less than
 * one episode in thirty days. No hour counts as quieter than seven tenths of the usual: a quiet hour is known from a few visits.
 */
import {
  addToMedian,
  addToSlot,
  createRunningMedian,
  createSlots,
  type RunningMedian,
  SIGMA_PER_MAD,
  type Slots,
  slotOf,
} from "./estimates.ts";
import type { Finding, Reading } from "./types.ts";
import { figureText } from "./words.ts";

export interface CusumState {
  readonly day: Slots;
  readonly week: Slots;
  readonly spread: RunningMedian;
  /** Clipped |x - profile| in units of sigma, by hour of day. */
  readonly unrest: Slots;
  n: number;
  mean: number;
  cusum: number;
  limit: number;
  alarm: boolean;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_HOURS = 168;
const SLACK = 0.85;
const CLIP = 3.5;
/** Flows are learnt as if they lay at most so far from their profile. */
const LEARN_CLIP = 2.5;
const CUSUM_MAX = 32;
/** Hours before anything is said. */
export const CUSUM_WARM_UP = 96;
const DAY_VISITS_FIRST = 3;
const DAY_SPAN = 28;
const WEEK_VISITS_FIRST = 2;
const WEEK_SPAN = 8;
/** Visits after which an hour of the week counts half. */
const WEEK_SHRINK = 6;
const MEAN_SPAN = 672;
/** Visits after which an hour's own unrest counts half. */
const UNREST_SHRINK = 5;
const UNREST_LOW = 0.7;
const LIMIT_START = 4.4;
const LIMIT_LOW = 3.75;
const LIMIT_HIGH = 8;
const LIMIT_RISE = 1.12;
const CALM_HOURS = 46 * 24;
const LIMIT_FALL = LIMIT_RISE ** (-1 / CALM_HOURS);

export function createCusumState(): CusumState {
  return {
    day: createSlots(DAY_MS, 24),
    week: createSlots(WEEK_HOURS * HOUR_MS, WEEK_HOURS),
    spread: createRunningMedian(),
    unrest: createSlots(DAY_MS, 24),
    n: 0,
    mean: 0,
    cusum: 0,
    limit: LIMIT_START,
    alarm: false,
  };
}

/** One hour of net outflow. A finding is made when an alarm begins; `state.alarm` says whether it is still on. */
export function observeDrain(state: CusumState, reading: Reading, subject: string): Finding | null {
  const { at, value } = reading;
  if (!Number.isFinite(value)) return null;
  const expected = profileAt(state, at);
  const sigma = SIGMA_PER_MAD * state.spread.median * unrestAt(state, at);
  const warm = state.n >= CUSUM_WARM_UP && sigma > 0;
  const z = warm ? Math.min(CLIP, (value - expected) / sigma) : SLACK;
  state.cusum = Math.max(0, Math.min(CUSUM_MAX, state.cusum + z - SLACK));
  const alarm = state.cusum > state.limit;
  const begins = alarm && !state.alarm;
  if (!alarm && state.alarm) state.limit = Math.min(LIMIT_HIGH, state.limit * LIMIT_RISE);
  if (!alarm) {
    state.limit = Math.max(LIMIT_LOW, state.limit * LIMIT_FALL);
    learn(
      state,
      at,
      warm ? clamp(value, expected - LEARN_CLIP * sigma, expected + LEARN_CLIP * sigma) : value,
      value - expected,
    );
  }
  state.alarm = alarm;
  return begins ? finding(state, reading, expected, sigma, subject) : null;
}

function profileAt(state: CusumState, at: number): number {
  const hour = slotOf(state.day, at);
  if ((state.day.n[hour] ?? 0) < DAY_VISITS_FIRST) return state.mean;
  const daily = state.day.mean[hour] ?? 0;
  const slot = slotOf(state.week, at);
  const visits = state.week.n[slot] ?? 0;
  if (visits < WEEK_VISITS_FIRST) return daily;
  return daily + (((state.week.mean[slot] ?? 0) - daily) * visits) / (visits + WEEK_SHRINK);
}

/** How restless this hour of the day is against the day, shrunk to 1 while it is not well known. */
function unrestAt({ unrest }: CusumState, at: number): number {
  const hour = slotOf(unrest, at);
  const visits = unrest.n[hour] ?? 0;
  const known = unrest.mean.filter((_, each) => (unrest.n[each] ?? 0) > 0);
  const usual = known.reduce((sum, each) => sum + each, 0) / Math.max(1, known.length);
  if (usual <= 0) return 1;
  const share = visits / (visits + UNREST_SHRINK);
  return Math.max(UNREST_LOW, 1 + share * ((unrest.mean[hour] ?? 0) / usual - 1));
}

function learn(state: CusumState, at: number, value: number, residual: number): void {
  state.n += 1;
  state.mean += (value - state.mean) * Math.max(1 / MEAN_SPAN, 1 / state.n);
  addToSlot(state.day, slotOf(state.day, at), value, DAY_SPAN);
  addToSlot(state.week, slotOf(state.week, at), value, WEEK_SPAN);
  const sigma = SIGMA_PER_MAD * state.spread.median;
  const size = Math.abs(residual);
  if (sigma > 0) addToSlot(state.unrest, slotOf(state.unrest, at), Math.min(CLIP, size / sigma), DAY_SPAN);
  addToMedian(state.spread, size);
}

function finding(state: CusumState, reading: Reading, expected: number, sigma: number, subject: string): Finding {
  const { value, unit } = reading;
  const [left, usual, swing] = [value, expected, sigma].map((figure) => figureText(figure, unit));
  const [excess, limit] = [state.cusum, state.limit].map((figure) => figureText(figure));
  return {
    detector: "seasonal_cusum",
    severity: "high",
    at: reading.at,
    subject,
    observed: `${left} in this hour, an excess of ${excess} swings over the last hours`,
    expected: `${usual} an hour, give or take ${swing}`,
    limit: `an excess of ${limit} swings`,
    sentence: `${subject} loses more than usual, hour after hour: ${left} net outflow where ${usual} is usual in this hour, give or take ${swing}; what was too much has added up to ${excess} times such a swing (limit ${limit}).`,
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
