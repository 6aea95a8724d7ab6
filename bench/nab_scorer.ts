/**
 * The scoring of the Numenta Anomaly Benchmark v1.1 (Lavin & Ahmad, "Evaluating Real-time Anomaly Detection Algorithms",
 * ICMLA 2015), rule by rule:
 * - S(x) = 2 / (1 + e^(5x)) - 1, and -1 for x > 3.
 * - A detection inside a window of width w that ends at row r, at row i, stands at x = -(r - i + 1) / w and is worth
 *   A_tp S(x) / S(-1). Of each window only the best detection counts; a window without one costs A_fn.
 * - A detection outside stands at x = (i - r_prev) / (w_prev - 1) after the last window and is worth A_fp S(x), which is
 *   negative; before the first window it costs A_fp.
 * - The first min(15 % of the rows, 750) rows are not scored, and a window that lies in them is not there.
 * - One threshold for all series. The sum is normalised: 0 is a detector that never speaks, 100 a perfect one.
 */

export interface NabProfile {
  readonly name: string;
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
}

export const NAB_PROFILES: readonly NabProfile[] = [
  { name: "standard", tp: 1, fp: 0.11, fn: 1 },
  { name: "reward_low_FP_rate", tp: 1, fp: 0.22, fn: 1 },
  { name: "reward_low_FN_rate", tp: 1, fp: 0.11, fn: 2 },
];

export interface NabSeries {
  readonly name: string;
  /** Unix milliseconds; the benchmark's local times are read as UTC. */
  readonly timestamps: readonly number[];
  readonly values: readonly number[];
  /** First and last row of each window, inclusive, in order. */
  readonly windows: readonly (readonly [from: number, to: number])[];
}

export interface NabScore {
  readonly score: number;
  readonly threshold: number;
  readonly windows: number;
  readonly windows_found: number;
  readonly false_rows: number;
}

const PROBATION_SHARE = 0.15;
const PROBATION_ROWS_MAX = 750;

export function probationRows(rows: number): number {
  return Math.floor(Math.min(PROBATION_SHARE * rows, PROBATION_ROWS_MAX));
}

export function sigmoid(x: number): number {
  return x > 3 ? -1 : 2 / (1 + Math.exp(5 * x)) - 1;
}

interface Row {
  readonly detector: number;
  /** Worth of a detection here, before the profile's weight. */
  readonly worth: number;
  /** Which window, counted over all series; -1 outside. */
  readonly window: number;
}

/** Scores at one threshold: a row whose detector score is at least `threshold` is a detection. */
export function scoreAt(
  series: readonly NabSeries[],
  detector: readonly ArrayLike<number>[],
  profile: NabProfile,
  threshold: number,
): NabScore {
  const { rows, windows } = scorable(series, detector);
  const ledger = new Ledger(windows, profile);
  for (const row of rows) if (row.detector >= threshold) ledger.detect(row);
  return ledger.result(threshold);
}

/** The threshold with the highest score over all the series; the highest such threshold. */
export function optimise(
  series: readonly NabSeries[],
  detector: readonly ArrayLike<number>[],
  profile: NabProfile,
): NabScore {
  const { rows, windows } = scorable(series, detector);
  const sorted = rows.toSorted((a, b) => b.detector - a.detector);
  const ledger = new Ledger(windows, profile);
  // Above every score nothing is detected: the null detector.
  let best = ledger.result(Number.MAX_VALUE);
  for (const [at, row] of sorted.entries()) {
    ledger.detect(row);
    if (sorted[at + 1]?.detector === row.detector) continue;
    const here = ledger.result(row.detector);
    if (here.score > best.score) best = here;
  }
  return best;
}

class Ledger {
  readonly #profile: NabProfile;
  readonly #best: Float64Array;
  readonly #found: Set<number> = new Set();
  #sum: number;
  #false_rows = 0;

  constructor(windows: number, profile: NabProfile) {
    this.#profile = profile;
    this.#best = new Float64Array(windows).fill(-profile.fn);
    this.#sum = -profile.fn * windows;
  }

  detect({ worth, window }: Row): void {
    if (window < 0) {
      this.#sum += this.#profile.fp * worth;
      this.#false_rows += 1;
      return;
    }
    const worth_weighted = this.#profile.tp * worth;
    const before = this.#best[window] ?? 0;
    this.#found.add(window);
    if (worth_weighted <= before) return;
    this.#best[window] = worth_weighted;
    this.#sum += worth_weighted - before;
  }

  result(threshold: number): NabScore {
    const windows = this.#best.length;
    const { tp, fn } = this.#profile;
    const score = windows === 0 ? 0 : (100 * (this.#sum + fn * windows)) / (windows * (tp + fn));
    return { score, threshold, windows, windows_found: this.#found.size, false_rows: this.#false_rows };
  }
}

function scorable(
  series: readonly NabSeries[],
  detector: readonly ArrayLike<number>[],
): { rows: Row[]; windows: number } {
  const rows: Row[] = [];
  let windows = 0;
  for (const [which, one] of series.entries()) {
    const from = probationRows(one.values.length);
    const ids = new Map<number, number>();
    for (const [at, { worth, window }] of worths(one).entries()) {
      if (at < from) continue;
      if (window >= 0 && !ids.has(window)) ids.set(window, windows++);
      rows.push({ detector: detector[which]?.[at] ?? 0, worth, window: ids.get(window) ?? -1 });
    }
  }
  return { rows, windows };
}

function worths({ values, windows }: NabSeries): { worth: number; window: number }[] {
  const out: { worth: number; window: number }[] = [];
  let next = 0;
  let previous: readonly [number, number] | undefined;
  for (let at = 0; at < values.length; at += 1) {
    const window = windows[next];
    if (window !== undefined && at >= window[0]) {
      const [from, to] = window;
      out.push({ worth: sigmoid(-(to - at + 1) / (to - from + 1)) / sigmoid(-1), window: next });
      if (at === to) {
        previous = window;
        next += 1;
      }
    } else if (previous === undefined) out.push({ worth: -1, window: -1 });
    else out.push({ worth: sigmoid((at - previous[1]) / (previous[1] - previous[0])), window: -1 });
  }
  return out;
}
