/**
 * How busy the loop of a run is: how often wallets are read, and how much treasury time passes in one second of the machine, by
 * which every limit in real time grows. Each seed has its own: what happens between two looks must not matter.
 */
import type { Random } from "../ports/index.ts";
import { between } from "./seeded_random.ts";

const MINUTE_MS = 60_000;

export interface Pace {
  /** Treasury milliseconds in one of the machine. */
  readonly rate: number;
  readonly hot_poll_ms: number;
  readonly custody_poll_ms: number;
  readonly stale_after_ms: number;
}

/** Of a story: the same for every point at which it is killed. */
export const STORY_PACE: Pace = { ...paceOf(3_600, 60), custody_poll_ms: 60 * MINUTE_MS };
/** Of tests that only want a configuration. */
export const USUAL_PACE: Pace = {
  rate: 600,
  hot_poll_ms: 30 * MINUTE_MS,
  custody_poll_ms: 60 * MINUTE_MS,
  stale_after_ms: 180 * MINUTE_MS,
};

const RATES = [900, 1_800, 3_600] as const;
const HOT_POLL_MINUTES: readonly [number, number] = [30, 180];

export function drawPace(random: Random): Pace {
  const rate = RATES[between(random, 0, RATES.length - 1)] ?? RATES[0];
  return paceOf(rate, between(random, ...HOT_POLL_MINUTES));
}

/** Custody moves less and is read half as often; what was not read for three of its turns is old. */
function paceOf(rate: number, hot_minutes: number): Pace {
  const hot_poll_ms = hot_minutes * MINUTE_MS;
  return { rate, hot_poll_ms, custody_poll_ms: 2 * hot_poll_ms, stale_after_ms: 6 * hot_poll_ms };
}
