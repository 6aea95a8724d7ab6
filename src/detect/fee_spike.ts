/** Fees far above the usual: the fee against the running median of the fees of its route. Ten times was seen on several days. */
import { addToMedian, createRunningMedian, type RunningMedian } from "./estimates.ts";
import type { Finding, Reading } from "./types.ts";
import { figureText, timesText } from "./words.ts";

export type FeeState = RunningMedian;

export const FEES_FIRST = 20;
const TIMES_ALERT = 4;
const TIMES_HIGH = 20;

export function createFeeState(): FeeState {
  return createRunningMedian();
}

export function observeFee(state: FeeState, { at, value, unit }: Reading, subject: string): Finding | null {
  if (!Number.isFinite(value) || value < 0) return null;
  const usual = state.median;
  const times = state.n >= FEES_FIRST && usual > 0 ? value / usual : 0;
  addToMedian(state, value);
  if (times <= TIMES_ALERT) return null;
  const high = times > TIMES_HIGH;
  const limit = high ? TIMES_HIGH : TIMES_ALERT;
  return {
    detector: "fee_spike",
    severity: high ? "high" : "alert",
    at,
    subject,
    observed: figureText(value, unit),
    expected: figureText(usual, unit),
    limit: `${limit} times the usual`,
    sentence: `${subject} costs ${figureText(value, unit)}, ${timesText(times)} times the usual ${figureText(usual, unit)} (limit ${limit} times).`,
  };
}
