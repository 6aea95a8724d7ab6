/** What detectors are given and what they say. Every state is plain JSON: it is stored, and carried on after a restart. */
import type { Instant } from "../ports/index.ts";

export type DetectorName =
  | "seasonal_cusum"
  | "burst"
  | "velocity_cap"
  | "unexplained_change"
  | "new_destination"
  | "off_hours"
  | "fee_spike"
  | "customer_score"
  | "series";

export type FindingSeverity = "note" | "alert" | "high" | "critical";

/** What the house does about a finding. None of them moves money; the last two only stop it. */
export type DetectAction = "note" | "alert" | "hold_sweeps" | "freeze_outgoing";

/** One thing that is not as it should be: what was seen, what was to be expected, and the limit it passed. */
export interface Finding {
  readonly detector: DetectorName;
  readonly severity: FindingSeverity;
  readonly at: Instant;
  /** What it is about: a wallet, a pool, a destination, a customer. */
  readonly subject: string;
  /** Each in its own unit, written for people. */
  readonly observed: string;
  readonly expected: string;
  readonly limit: string;
  readonly sentence: string;
}

/**
 * A statistic at an instant: a net outflow, a fee, a count, in whatever unit its source has. It is a float because it only
 * ever feeds an estimate; nothing turns it back into an amount.
 */
export interface Reading {
  readonly at: Instant;
  readonly value: number;
  /** The asset it counts, for sentences; absent: a plain number. */
  readonly unit?: string;
}
