/** From a series and what was asked to the input of a run: the paid part, the money unit, the opening, the leads in steps. */
import { stepCosts } from "./costs.ts";
import { BacktestError } from "./errors.ts";
import type { BacktestInput, CostTerms, FlowSeries, Lanes } from "./types.ts";

export interface BacktestOptions {
  readonly lead_up_ms: number;
  readonly lead_down_ms: number;
  readonly expedite: { readonly lead_ms: number; readonly fee: number } | null;
  /** At least so much of the file is warm-up; null when none was asked for. */
  readonly warmup_ms: number | null;
  /** First paid instant and the end; null for as early as the warm-up allows, and for the end of the file. */
  readonly from_ms: number | null;
  readonly to_ms: number | null;
  /** Prices the median gross outflow of a step as one million. */
  readonly normalize: boolean;
  /** All assets at the beginning, in the file's unit; null for everything that will flow out and sixty steps more. */
  readonly opening: number | null;
  /** Hot at the beginning: in the file's unit, or in units of the median outflow; null for ten units (five with daily steps). */
  readonly hot: { readonly value: number; readonly in_units: boolean } | null;
  readonly costs: CostTerms;
}

export interface Prepared {
  readonly input: BacktestInput;
  /** Median gross outflow per step of the training part, in the file's unit. */
  readonly unit: number;
  readonly notes: readonly string[];
}

/** One unit of a normalised series, in the reference currency. */
export const UNIT_PRICE = 1_000_000;
const DAY_MS = 86_400_000;
const HOT_UNITS = 10;
const HOT_UNITS_DAILY = 5;
const OPENING_STEPS = 60;
/** Steps that the forecast's window and its season want. */
const HISTORY_WANTED = { hours: 168, days: 56 };

export function prepare(flows: FlowSeries, options: BacktestOptions): Prepared {
  const notes: string[] = [];
  const { from, to, training } = paidPart(flows, options);
  const unit = unitOf(flows.outflow.subarray(training.from, training.to), options.normalize, notes);
  const scale = options.normalize ? UNIT_PRICE / unit : 1;
  const total_out = flows.outflow.reduce((sum, flow) => sum + flow, 0);
  const hot = hotOf(options, flows.step_ms, unit) * scale;
  const opening = (options.opening ?? total_out + OPENING_STEPS * unit) * scale;
  if (options.opening === null)
    notes.push("No --opening: all outflows of the file and sixty median steps more are taken.");
  if (opening < hot || !(opening > 0)) {
    throw new BacktestError(
      "backtest_opening_too_small",
      "The opening assets are smaller than their hot part; --opening is the whole, hot included.",
    );
  }
  sayRange(flows, options, notes);
  sayLanes(flows, options, notes);
  sayHistory(flows, from, notes);
  sayCosts(options.costs, notes);
  const scaled = { ...flows, inflow: flows.inflow.map((x) => x * scale), outflow: flows.outflow.map((x) => x * scale) };
  const costs = stepCosts(options.costs, flows.step_ms);
  return { input: { flows: scaled, from, to, opening, hot, costs, lanes: lanesOf(flows, options) }, unit, notes };
}

/**
 * No step before `from`, and none within the first `warmup` of the file, is paid for; the policy lives through all of them.
 * The unit is trained on what lies between the warm-up and `from` (without a warm-up: on all before `from`); where nothing
 * does, on the paid part itself: it prices the benchmark, and no policy sees it.
 */
function paidPart(flows: FlowSeries, { from_ms, to_ms, warmup_ms }: BacktestOptions) {
  const { step_ms, start_ms, inflow } = flows;
  const at = (instant: number): number => Math.ceil((instant - start_ms) / step_ms);
  const warm = Math.ceil((warmup_ms ?? 0) / step_ms);
  const asked = from_ms === null ? 0 : Math.max(0, at(from_ms));
  const from = Math.max(warm, asked);
  const to = to_ms === null ? inflow.length : Math.min(inflow.length, at(to_ms));
  if (from >= to) {
    throw new BacktestError(
      "backtest_range_empty",
      `Nothing is left to pay for: the paid part would begin at step ${from} and end at step ${to} of ${inflow.length}.`,
      { from, to },
    );
  }
  const training = warm < asked ? { from: warm, to: asked } : { from, to };
  return { from, to, training };
}

function unitOf(outflow: Float64Array, normalize: boolean, notes: string[]): number {
  const sorted = Float64Array.from(outflow).sort();
  const middle = sorted.length >> 1;
  const median =
    sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
  if (median > 0) return median;
  const mean = sorted.reduce((sum, flow) => sum + flow, 0) / Math.max(1, sorted.length);
  if (mean > 0) {
    if (normalize) notes.push("The median outflow is zero; the mean is taken as the unit.");
    return mean;
  }
  if (normalize)
    throw new BacktestError("backtest_no_flow", "Nothing ever flows out, so there is no unit to normalise by.");
  return 1;
}

function hotOf({ hot }: BacktestOptions, step_ms: number, unit: number): number {
  if (hot === null) return unit * (step_ms >= DAY_MS ? HOT_UNITS_DAILY : HOT_UNITS);
  return hot.in_units ? hot.value * unit : hot.value;
}

function lanesOf({ step_ms }: FlowSeries, { lead_up_ms, lead_down_ms, expedite, costs }: BacktestOptions): Lanes {
  const steps = (lead_ms: number): number => Math.ceil(lead_ms / step_ms);
  return {
    up: { lead_steps: steps(lead_up_ms), fee: costs.fee_up },
    down: { lead_steps: steps(lead_down_ms), fee: costs.fee_down },
    expedite: expedite === null ? null : { lead_steps: steps(expedite.lead_ms), fee: expedite.fee },
  };
}

/** A range that reaches beyond the file is cut to it, and that is said. */
function sayRange(
  { start_ms, step_ms, inflow }: FlowSeries,
  { from_ms, to_ms }: BacktestOptions,
  notes: string[],
): void {
  if (from_ms !== null && from_ms < start_ms) notes.push("The file begins after --from; its first step is taken.");
  if (to_ms !== null && to_ms > start_ms + inflow.length * step_ms)
    notes.push("The file ends before --to; its last step is taken.");
}

function sayLanes(
  { step_ms }: FlowSeries,
  { lead_up_ms, lead_down_ms, expedite }: BacktestOptions,
  notes: string[],
): void {
  for (const [name, lead_ms] of [
    ["--lead-up", lead_up_ms],
    ["--lead-down", lead_down_ms],
    ["--expedite", expedite?.lead_ms ?? 0],
  ] as const) {
    const steps = Math.ceil(lead_ms / step_ms);
    if (lead_ms % step_ms !== 0) notes.push(`${name} is no whole number of steps; ${steps} are taken.`);
  }
  if (expedite !== null && expedite.lead_ms >= lead_up_ms)
    notes.push("The second lane is no faster than the first, so nothing is gained by it.");
}

function sayHistory({ step_ms }: FlowSeries, from: number, notes: string[]): void {
  const wanted = step_ms >= DAY_MS ? HISTORY_WANTED.days : HISTORY_WANTED.hours;
  if (from >= wanted) return;
  notes.push(
    `The history before the paid part is ${from} steps, shorter than ${wanted}: floors fall back on wider priors, and seasonal slots on the mean, until more is seen.`,
  );
}

function sayCosts({ exposure_share_per_year, delay_share_per_hour }: CostTerms, notes: string[]): void {
  if (exposure_share_per_year === 0)
    notes.push("Exposure costs nothing: lots go up to the rail of 60 % of all assets.");
  if (delay_share_per_hour === 0) notes.push("Delay costs nothing: no room is kept for single large withdrawals.");
}
