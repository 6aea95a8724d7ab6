/** Wake-ups: any number of them while the loop works or pauses become one next cycle, with the most telling cause. */
import type { Clock } from "../ports/index.ts";
import type { WakeCause } from "./types.ts";

const WEIGHT: Readonly<Record<WakeCause, number>> = {
  schedule: 0,
  transfer: 1,
  obligation: 4,
  push: 2,
  webhook: 3,
  approval: 4,
  manual: 5,
  mode: 6,
  start: 7,
};

export class Wakes {
  #cause: WakeCause | null = null;
  #sleeper: AbortController | null = null;

  wake(cause: WakeCause): void {
    if (this.#cause === null || WEIGHT[cause] > WEIGHT[this.#cause]) this.#cause = cause;
    this.#sleeper?.abort("woken");
  }

  /** The cause since the last call; `schedule` when nobody called. */
  take(): WakeCause {
    const cause = this.#cause ?? "schedule";
    this.#cause = null;
    return cause;
  }

  /** Sleeps until somebody wakes, the time is over or `signal` aborts. */
  async wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    if (this.#cause !== null || signal.aborted) return;
    const sleeper = new AbortController();
    const stop = (): void => sleeper.abort("stopped");
    this.#sleeper = sleeper;
    signal.addEventListener("abort", stop, { once: true });
    try {
      await clock.sleep(ms, sleeper.signal);
    } finally {
      signal.removeEventListener("abort", stop);
      this.#sleeper = null;
    }
  }
}
