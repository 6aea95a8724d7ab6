/** The machine's clock. Sleeps survive values that a timer cannot hold, and end at once when their signal aborts. */
import type { Clock, Instant } from "../ports/index.ts";

/** Longest single timer of the runtime; longer sleeps are chained. */
const TIMER_MAX_MS = 2_147_000_000;

export function createSystemClock(): Clock {
  return { now: (): Instant => Date.now(), sleep };
}

/**
 * Resolves after `ms` real milliseconds or when `signal` aborts; never rejects.
 * @example await sleep(1_000, signal)
 */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  let left = Math.max(0, ms);
  do {
    const part = Math.min(left, TIMER_MAX_MS);
    await onePart(part, signal);
    left -= part;
  } while (left > 0 && !signal?.aborted);
}

function onePart(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}
