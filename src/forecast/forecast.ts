/** What the state says about the hours to come. Amounts are in the unit that was observed; horizons are steps. */
import { DRAWDOWN_PRIOR, drawdownAt } from "./drawdowns.ts";
import { expectedAt, widthAt } from "./season.ts";
import type { Calendar, FlowState } from "./types.ts";

/** Least observations before a tail is estimated. */
const TAIL_MIN = 48;
const TAIL_EXCESSES_MIN = 12;
/** Heaviest tail believed: a Pareto exponent of 1 / 0.45, so that the variance exists. Few excesses often look heavier than they are. */
const TAIL_INDEX_MAX = 0.45;
/** A tail is judged as if at least so many excesses had been seen; those that lack have the index that flows of customers mostly have. */
const TAIL_EXCESSES_FULL = 30;
const TAIL_INDEX_PRIOR = 0.43;
/** Mean absolute deviation to a standard deviation, for a normal variable. */
const MAD_TO_SIGMA = 1.2533;
const RUNWAY_MAX_STEPS = 10_000;

/** Largest expected cumulative net outflow within the next `steps`; never negative. */
export function expectedDrawdown(state: FlowState, steps: number, calendar?: Calendar): number {
  let sum = 0;
  let deepest = 0;
  for (let ahead = 0; ahead < steps; ahead += 1) {
    sum += expectedAt(state, state.steps + ahead, calendar);
    deepest = Math.max(deepest, sum);
  }
  return deepest;
}

/** Root of the summed squared widths of the next `steps`: the unit in which drawdowns are remembered. */
export function spreadOver(state: FlowState, steps: number): number {
  let square = 0;
  for (let ahead = 0; ahead < steps; ahead += 1) square += widthAt(state, state.steps + ahead) ** 2;
  return Math.sqrt(square);
}

/** So many standard deviations as spreads. */
export function spreadsOf(deviations: number): number {
  return MAD_TO_SIGMA * deviations;
}

/**
 * Deepest point within `steps` of a path that runs `spreads` above the expected one: max over j of E_j + spreads * S_j, with E_j
 * the expected net outflow of the first j steps and S_j their spread. Deposits that are expected before the deepest point count.
 * Less than expected drawdown plus spread of the whole, which adds two extremes that need not fall together.
 */
export function pathOutflow(state: FlowState, steps: number, spreads: number, calendar?: Calendar): number {
  let [sum, square, deepest] = [0, 0, 0];
  for (let ahead = 0; ahead < steps; ahead += 1) {
    sum += expectedAt(state, state.steps + ahead, calendar);
    square += widthAt(state, state.steps + ahead) ** 2;
    deepest = Math.max(deepest, sum + spreads * Math.sqrt(square));
  }
  return deepest;
}

/** Standard deviation of one step's residual, clipped: the volatility. */
export function volatility(state: FlowState): number {
  return Math.sqrt(state.variance);
}

/**
 * Net outflow over `steps` that is passed with probability 1 - `level`: expected drawdown plus the empirical quantile of the
 * residual's drawdown. A horizon that was not asked for when the state was opened borrows the nearest one, scaled by its spread.
 */
export function outflowQuantile(state: FlowState, steps: number, level: number, calendar?: Calendar): number {
  return expectedDrawdown(state, steps, calendar) + drawdownSpreads(state, steps, level) * spreadOver(state, steps);
}

/** The same at the declared service level, with the conformal correction in force. */
export function coveredOutflow(state: FlowState, steps: number, calendar?: Calendar): number {
  const drawdown = nearest(state, steps);
  return outflowQuantile(state, steps, drawdown?.level ?? state.parameters.service, calendar);
}

/** Quantile of the residual's drawdown over `steps`, in spreads. */
export function drawdownSpreads(state: FlowState, steps: number, level: number): number {
  const drawdown = nearest(state, steps);
  return drawdown === null ? DRAWDOWN_PRIOR : drawdownAt(drawdown, level);
}

function nearest({ drawdowns }: FlowState, steps: number): FlowState["drawdowns"][number] | null {
  let best: FlowState["drawdowns"][number] | null = null;
  for (const item of drawdowns) {
    if (best === null || Math.abs(item.steps - steps) < Math.abs(best.steps - steps)) best = item;
  }
  return best;
}

/**
 * Size of a single step's flow, either way, that is passed with probability `chance` per step: a Pareto tail above the
 * highest observations, its index by Hill (1975), drawn towards a usual one while few excesses are known, and never less than the size that was reached twice: sizes with a gap under
 * them are no Pareto tail. Large deposits foretell large withdrawals, so both count. 0 while unknown.
 */
export function tailFlow(state: FlowState, chance: number): number {
  const { sorted } = state.tail;
  const n = sorted.length;
  if (n < TAIL_MIN || !(chance > 0)) return 0;
  const excesses = Math.max(TAIL_EXCESSES_MIN, Math.floor(n * state.parameters.tail_share));
  const threshold = sorted[n - excesses - 1] ?? 0;
  if (threshold <= 0) return sorted[n - 1] ?? 0;
  let sum = 0;
  for (let i = n - excesses; i < n; i += 1) sum += Math.log((sorted[i] ?? threshold) / threshold);
  const lacking = Math.max(0, TAIL_EXCESSES_FULL - excesses);
  const index = Math.min((sum + lacking * TAIL_INDEX_PRIOR) / (excesses + lacking), TAIL_INDEX_MAX);
  const by_tail = threshold * Math.max(1, excesses / (n * chance)) ** index;
  return Math.max(by_tail, sorted[n - 2] ?? 0);
}

/** Steps until `balance` is used up at the expected pace; null when it is not within `RUNWAY_MAX_STEPS`. */
export function runwaySteps(state: FlowState, balance: number, calendar?: Calendar): number | null {
  return breachSteps(state, balance, 0, calendar);
}

/**
 * Steps until `balance` falls below `floor` at the pace expected, or at the pace of a run when one is on. Without named days the pace
 * repeats every week: whole weeks that cannot reach the floor are skipped, and never more than two are walked.
 */
export function breachSteps(state: FlowState, balance: number, floor: number, calendar?: Calendar): number | null {
  const run = state.run.alarm_steps > 0 ? Math.max(0, state.run.rate) : 0;
  const left = balance - floor;
  if (left <= 0) return 0;
  if (calendar !== undefined) {
    return walk((ahead) => expectedAt(state, state.steps + ahead, calendar) + run, left, 0);
  }
  const period = state.long.mean.length;
  const flows = Array.from({ length: period }, (_, ahead) => expectedAt(state, state.steps + ahead) + run);
  let [sum, peak] = [0, 0];
  for (const flow of flows) {
    sum += flow;
    peak = Math.max(peak, sum);
  }
  if (sum <= 0 && peak < left) return null;
  const skipped = sum > 0 ? Math.max(0, Math.floor((left - peak) / sum)) : 0;
  if (!(skipped * period < RUNWAY_MAX_STEPS)) return null;
  return walk((ahead) => flows[ahead % period] ?? 0, left - skipped * sum, skipped * period);
}

/** From `start` on, with `left` until the floor. */
function walk(flowAt: (ahead: number) => number, left: number, start: number): number | null {
  let rest = left;
  for (let ahead = start; ahead < RUNWAY_MAX_STEPS; ahead += 1) {
    const flow = flowAt(ahead);
    if (flow >= rest) return ahead + (flow > 0 ? rest / flow : 0);
    rest -= flow;
  }
  return null;
}
