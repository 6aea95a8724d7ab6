/**
 * Sudden bursts: a robust z-score, z = (x - median) / (1.4826 x median |x - median|), both medians followed in constant time
 * (Iglewicz & Hoaglin 1993, with the estimates of `estimates.ts`). On traffic with whales a single large hour is no anomaly:
 * there the hard cap of `velocity_cap.ts` is what protects, so a burst is told to people and stops nothing.
 */
import { addToMedian, createRunningMedian, type RunningMedian, SIGMA_PER_MAD } from "./estimates.ts";
import type { Finding, Reading } from "./types.ts";
import { figureText, timesText } from "./words.ts";

export interface BurstState {
  n: number;
  median: number;
  readonly spread: RunningMedian;
}

export const BURST_WARM_UP = 48;
const Z_ALERT = 8;
const CENTRE_STEP = 0.05;

export function createBurstState(): BurstState {
  return { n: 0, median: 0, spread: createRunningMedian() };
}

export function observeBurst(state: BurstState, { at, value, unit }: Reading, subject: string): Finding | null {
  if (!Number.isFinite(value)) return null;
  const sigma = SIGMA_PER_MAD * state.spread.median;
  const expected = state.median;
  const z = state.n >= BURST_WARM_UP && sigma > 0 ? (value - expected) / sigma : 0;
  learn(state, value);
  if (z <= Z_ALERT) return null;
  return {
    detector: "burst",
    severity: "alert",
    at,
    subject,
    observed: figureText(value, unit),
    expected: `${figureText(expected, unit)}, give or take ${figureText(sigma, unit)}`,
    limit: figureText(expected + Z_ALERT * sigma, unit),
    sentence: `${subject}: ${figureText(value, unit)} at once${farOut(value, expected)}; ${figureText(expected, unit)} is usual, give or take ${figureText(sigma, unit)}, and above ${figureText(expected + Z_ALERT * sigma, unit)} it is told.`,
  };
}

function learn(state: BurstState, value: number): void {
  state.n += 1;
  if (state.n === 1) {
    state.median = value;
    return;
  }
  addToMedian(state.spread, Math.abs(value - state.median));
  const step = state.spread.median * Math.max(CENTRE_STEP, 1 / state.n);
  state.median += step * Math.sign(value - state.median);
}

function farOut(value: number, usual: number): string {
  return usual > 0 ? `, ${timesText(value / usual)} times the usual` : "";
}
