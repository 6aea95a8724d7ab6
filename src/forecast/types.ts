/**
 * What is remembered of a pool's flows. Figures are float64 in any one unit (the caller's): they are statistics about money,
 * never money. All of it is plain JSON, so it is stored as it is and rebuilt by observing the ledger's flows again.
 */

/** How a forecast learns. The shipped values are `FLOW_DEFAULTS`; they are the same for every asset. */
export interface FlowParameters {
  readonly step_hours: number;
  /** Horizons, in steps, over which drawdowns are remembered: lead times plus one. */
  readonly horizons: readonly number[];
  /** Observations kept for quantiles and tails. */
  readonly window: number;
  /** Observations that shrink a slot of the season half-way to the mean, for its level and for its width. */
  readonly mean_shrink: number;
  readonly width_shrink: number;
  /** The running level follows its residual with this time constant. */
  readonly level_hours: number;
  /** Flows are clipped at so many robust deviations before means, and at so many before the tail, are learned. */
  readonly clip: number;
  readonly tail_clip: number;
  /** Largest share of the observations that is taken for the tail. */
  readonly tail_share: number;
  /** Run switch: slack and threshold of the CUSUM in deviations; steps that an alarm stays on. */
  readonly run_slack: number;
  readonly run_threshold: number;
  readonly run_hold: number;
  /** Service level that the conformal correction keeps, and its gain. */
  readonly service: number;
  readonly conformal_gain: number;
}

/** The last `limit` numbers, also in order of size. */
export interface SortedWindow {
  readonly limit: number;
  readonly ring: number[];
  /** Where the next number goes once the ring is full. */
  next: number;
  readonly sorted: number[];
}

/** Running means by slot of a cycle. */
export interface SlotMeans {
  readonly mean: number[];
  readonly count: number[];
}

export interface DrawdownState {
  readonly steps: number;
  /** Largest drawdowns over `steps`, each divided by the spread that was forecast for it. */
  readonly seen: SortedWindow;
  /** Conformal service level in force; moves against its misses. */
  level: number;
  misses: number;
  judged: number;
  /** Quantiles that were forecast and whose horizon is not over, oldest first. */
  readonly open: number[];
}

export interface RunState {
  cusum: number;
  /** Fast means of the residual and of its size; the highest recent rate. */
  rate: number;
  noise: number;
  peak_rate: number;
  /** Steps the alarm stays on; 0 is calm. */
  alarm_steps: number;
}

/** State of one pool's forecast; `observeFlow` changes it in place. */
export interface FlowState {
  readonly parameters: FlowParameters;
  steps: number;
  /** Flows of the first day (week, with daily steps), until a robust scale is known. */
  first: number[] | null;
  mean: number;
  variance: number;
  width: number;
  level: number;
  robust_scale: number;
  readonly sizes: SortedWindow;
  readonly tail: SortedWindow;
  /** Season: slot of the day (daily steps: of the week), and slot of the week. */
  readonly short: SlotMeans;
  readonly long: SlotMeans;
  readonly short_width: SlotMeans;
  /** Named days (holidays): how far they lay from their forecast. */
  readonly named: Record<string, { count: number; shift: number }>;
  /** Last residuals and the widths forecast for them, newest last. */
  readonly residuals: number[];
  readonly widths: number[];
  readonly drawdowns: DrawdownState[];
  readonly run: RunState;
}

/** Name of the day of a step counted from the first observation, or null; the same answer every time. */
export type Calendar = (step: number) => string | null;
