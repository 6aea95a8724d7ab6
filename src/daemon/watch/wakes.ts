/** Wake-ups: any number of them while the loop works or pauses become one next cycle, with the most telling cause. */
import type { Clock } from "../../ports/index.ts";
import type { WakeCause } from "../types.ts";

const WEIGHT: Readonly<Record<WakeCause, number>> = {
  schedule: 0,
  ledger_movement: 1,
  transfer: 1,
  obligation: 4,
  push: 2,
  webhook: 3,
  approval: 4,
  fee_spike: 4,
  poll_failed: 4,
  volatility_regime: 4,
  price_jump: 5,
  manual: 5,
  large_transaction: 6,
  customer_pattern: 7,
  mode: 8,
  start: 9,
};

const ALARMS: ReadonlySet<WakeCause> = new Set([
  "fee_spike",
  "poll_failed",
  "volatility_regime",
  "price_jump",
  "large_transaction",
  "customer_pattern",
]);

/** True for what people want to find again in the decisions. */
export function isAlarm(cause: WakeCause): boolean {
  return ALARMS.has(cause);
}

/** Of two causes the one that says more. */
export function moreTelling(a: WakeCause, b: WakeCause): WakeCause {
  return WEIGHT[b] > WEIGHT[a] ? b : a;
}

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
