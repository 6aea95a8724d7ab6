/** Every limit of the transfer worker, named with its unit. Times are treasury time unless they say database time. */
import type { Clock, Random } from "../ports/index.ts";

/** Database time a worker owns a transfer for; the worker renews by claiming again. */
export const LEASE_MS = 10_000;
/** Real time between the write that allows a call and the call itself; a process that stood still for longer does not call. */
export const SEND_WITHIN_REAL_MS = 5_000;
/** Steps one claim may take before others get their turn. */
export const STEPS_MAX = 6;
/** Transfers worked on in one cycle. */
export const DUE_MAX = 200;
/** Open transfers one asset may have; planning stops there. */
export const OPEN_MAX = 500;
/** First and longest wait between two looks at the same thing. */
export const BACKOFF_MIN_MS = 2_000;
export const BACKOFF_MAX_MS = 300_000;
/** Waits are never shorter than this much real time, whatever the clock's rate. */
export const BACKOFF_REAL_MIN_MS = 40;
/** A held transfer is looked up this often: evidence may still come. */
export const HELD_LOOK_MS = 1_800_000;
/** Votes are counted when they are cast; and this often in case the wake-up was lost. */
export const VOTES_LOOK_MS = 1_800_000;
/** The wait stops doubling after so many tries. */
const DOUBLINGS_MAX = 8;
/** A submitted transfer that is not final after this long pages people, once. It stays in flight. */
export const OVERDUE_MS = 86_400_000;
/** Time between two looks at a settled transfer: the older the settlement, the longer. */
export const SETTLED_LOOK_MIN_MS = 60_000;
export const SETTLED_LOOK_MAX_MS = 1_800_000;
/** The longest window in which any venue may take back what settled (`reopening_hours` of a chain goes up to 720). */
export const REOPENING_MAX_MS = 720 * 3_600_000;
/** One answer that it is gone may be a node that lags: the second one, so much later at least, is believed. */
export const DOUBT_MS = 60_000;
/** A request is replaced at most so often, whatever its venue would allow. */
export const REPLACEMENTS_MAX = 10;
/** Longest text kept of a venue's own words, in characters. */
export const NOTE_LENGTH_MAX = 400;

/** Doubling wait with up to a quarter of jitter, so that many transfers do not knock at once. */
export function backoffMs(attempts: number, clock: Pick<Clock, "rate">, random: Random): number {
  const doubled = BACKOFF_MIN_MS * 2 ** Math.min(Math.max(attempts, 0), DOUBLINGS_MAX);
  const floor = BACKOFF_REAL_MIN_MS * (clock.rate ?? 1);
  const wait = Math.max(Math.min(doubled, BACKOFF_MAX_MS), floor);
  return Math.trunc(wait * (1 + random.next() / 4));
}

/** A venue may ask us to wait, but not for longer than this. */
export const RETRY_AFTER_MAX_MS = 3_600_000;
