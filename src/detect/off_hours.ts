/**
 * Acts at an hour when nobody acts: the share of past acts in this hour of the week, (n + 1) / (N + 168) (Laplace), against a
 * tenth of an even share. Says nothing before 500 acts are known.
 */
import type { Instant } from "../ports/index.ts";
import type { Finding } from "./types.ts";

export interface OffHoursState {
  /** Acts per hour of the week, from Thursday 00:00 UTC on, where the epoch began. */
  readonly acts: number[];
  total: number;
}

const HOUR_MS = 3_600_000;
const WEEK_HOURS = 168;
export const ACTS_FIRST = 500;
/** Above this all counts are halved: old habits fade, and the state stays small. */
const ACTS_MAX = 20_000;
const SHARE_LIMIT = 0.1 / WEEK_HOURS;
const PERCENT = 100;
const DIGITS = 2;

export function createOffHoursState(): OffHoursState {
  return { acts: Array<number>(WEEK_HOURS).fill(0), total: 0 };
}

export function observeAct(state: OffHoursState, at: Instant, subject: string): Finding | null {
  const hour = Math.floor(at / HOUR_MS) % WEEK_HOURS;
  const seen = state.acts[hour] ?? 0;
  const share = (seen + 1) / (state.total + WEEK_HOURS);
  const odd = state.total >= ACTS_FIRST && share < SHARE_LIMIT;
  const known = state.total;
  state.acts[hour] = seen + 1;
  state.total += 1;
  if (state.total > ACTS_MAX) fade(state);
  if (!odd) return null;
  const [observed, limit] = [share, SHARE_LIMIT].map((part) => `${(part * PERCENT).toPrecision(DIGITS)} %`);
  return {
    detector: "off_hours",
    severity: "alert",
    at,
    subject,
    observed: `${observed} of ${known} acts fall in this hour of the week`,
    expected: `at least ${limit}`,
    limit: `${limit}`,
    sentence: `${subject} acts at an hour when it hardly ever does: ${seen} of ${known} acts were in this hour of the week.`,
  };
}

function fade(state: OffHoursState): void {
  state.total = 0;
  for (const [hour, count] of state.acts.entries()) {
    state.acts[hour] = Math.floor(count / 2);
    state.total += state.acts[hour] ?? 0;
  }
}
