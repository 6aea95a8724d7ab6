/**
 * How far the venue's clock is from ours, from the `Date` of its answers (RFC 9110, 6.6.1: whole seconds). Vendors refuse
 * signatures whose time is off, so signing uses corrected time; and an offset that no clock should have is said, not corrected.
 */
import type { Instant } from "../../ports/index.ts";
import type { SkewState } from "./types.ts";

/** Answers the median is taken over. */
const SAMPLES_MAX = 9;
/** A `Date` is cut to the second: on average half a second has passed. */
const HALF_SECOND_MS = 500;
/** An offset below this cannot be told from the cut and the way. */
const NOISE_MS = 2_000;

export class SkewEstimate {
  readonly #samples: number[] = [];
  #measured_at: Instant | null = null;

  /** `date`: the header as it came; anything that is no date is ignored. */
  observe(date: string | undefined, sent_at: Instant, received_at: Instant): void {
    const theirs = date === undefined ? Number.NaN : Date.parse(date);
    if (Number.isNaN(theirs)) return;
    this.#samples.push(theirs + HALF_SECOND_MS - (sent_at + received_at) / 2);
    if (this.#samples.length > SAMPLES_MAX) this.#samples.shift();
    this.#measured_at = received_at;
  }

  /** Only the newest answer counts: a refusal may have been about our time, and an old median would be refused again. */
  keepNewest(): void {
    this.#samples.splice(0, this.#samples.length - 1);
  }

  /** What was measured counts no more: one of the clocks may have been set since. */
  forget(): void {
    this.#samples.length = 0;
  }

  state(): SkewState {
    const median = this.#samples.toSorted((a, b) => a - b)[Math.floor(this.#samples.length / 2)] ?? 0;
    const skew_ms = Math.abs(median) < NOISE_MS ? 0 : Math.round(median);
    return { skew_ms, samples: this.#samples.length, measured_at: this.#measured_at };
  }
}
