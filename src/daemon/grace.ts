/** How long a stop waits for the cycle in progress. */
import type { Clock } from "../ports/index.ts";
import { STOP_GRACE_REAL_MS } from "./limits.ts";

/** Resolves when `work` is done or the patience is over, whichever comes first; rejects as `work` does. One work at a time. */
export type Patience = (work: Promise<void>) => Promise<void>;

/**
 * After a stop was asked for, a cycle gets a little time; what it leaves undone is resumed at the next start. `over`: nobody
 * waits for it any more, and its timer must not keep the process. Nothing is kept of works that are done: a daemon makes a cycle
 * twice a second for months.
 */
export function patienceAfter(signal: AbortSignal, clock: Clock, over: AbortSignal): Patience {
  let is_over = false;
  let giveUp: (() => void) | null = null;
  const end = (): void => {
    is_over = true;
    giveUp?.();
  };
  const begin = (): void => {
    clock.sleep(STOP_GRACE_REAL_MS * (clock.rate ?? 1), over).then(end, end);
  };
  if (signal.aborted) begin();
  else signal.addEventListener("abort", begin, { once: true });
  return async (work) => {
    if (is_over) return;
    try {
      await new Promise<void>((resolve, reject) => {
        giveUp = resolve;
        work.then(resolve, reject);
      });
    } finally {
      giveUp = null;
    }
  };
}
