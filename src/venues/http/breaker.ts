/**
 * Circuit breaker of one venue. Reads that fail on the way count; after enough of them in a row the venue is left alone for a
 * while (open), then one read tries (half-open), and its end decides. It never judges a submit: an open breaker only means that
 * none is attempted.
 */
import type { Clock, Instant } from "../../ports/index.ts";

/** Failed attempts in a row that open it. */
export const FAILURES_TO_OPEN = 5;
export const OPEN_MS_MIN = 2_000;
/** Never longer than half a minute: what comes back after an outage is noticed within the next poll. */
export const OPEN_MS_MAX = 30_000;
/** A probe that never reports back does not keep it half-open for longer than this. */
const PROBE_MS_MAX = 60_000;

export type BreakerState = "closed" | "open" | "half_open";

export class Breaker {
  readonly #clock: Pick<Clock, "now">;
  #failures = 0;
  #open_ms = 0;
  #open_until: Instant = 0;
  #probe_since: Instant | null = null;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  state(): BreakerState {
    if (this.#open_ms === 0) return "closed";
    return this.#clock.now() < this.#open_until ? "open" : "half_open";
  }

  /** How long to wait before the venue is asked again; 0: ask. In half-open the first who asks is the probe. */
  admitMs(): number {
    const state = this.state();
    if (state === "closed") return 0;
    const now = this.#clock.now();
    if (state === "open") return this.#open_until - now;
    if (this.#probe_since !== null && now - this.#probe_since < PROBE_MS_MAX) return OPEN_MS_MIN;
    this.#probe_since = now;
    return 0;
  }

  /** How long until anything is asked again, without being the probe; 0 when it is not open. */
  openMs(): number {
    return this.state() === "open" ? this.#open_until - this.#clock.now() : 0;
  }

  /** The venue answered, whatever it said. */
  succeeded(): void {
    this.#failures = 0;
    this.#open_ms = 0;
    this.#probe_since = null;
  }

  /** The request was never sent: nothing was learnt, and somebody else may try. */
  released(): void {
    this.#probe_since = null;
  }

  /** No answer, or one that says it cannot answer now. */
  failed(): void {
    this.#failures += 1;
    if (this.#open_ms === 0 && this.#failures < FAILURES_TO_OPEN) return;
    if (this.state() === "open") return;
    this.#open_ms = Math.min(OPEN_MS_MAX, Math.max(OPEN_MS_MIN, this.#open_ms * 2));
    this.#open_until = this.#clock.now() + this.#open_ms;
    this.#probe_since = null;
  }
}
