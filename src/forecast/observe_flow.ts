/** One more step of flows: constant work, in place. The order below is what makes it look only backwards. */
import { observeDrawdown, openDrawdown } from "./drawdowns.ts";
import { observeRun, openRun } from "./run_switch.ts";
import { expectedAt, learnSlot, longSlots, openSlots, shortSlots, widthAt } from "./season.ts";
import { medianOf, openWindow, pushWindow } from "./sorted_window.ts";
import type { Calendar, FlowParameters, FlowState } from "./types.ts";

/** Shipped for every asset and every step; tuned once, see docs/explanation/decision-quality.md. */
export const FLOW_DEFAULTS: Omit<FlowParameters, "step_hours" | "horizons"> = {
  window: 1_000,
  mean_shrink: 4,
  width_shrink: 10,
  level_hours: 120,
  clip: 8,
  tail_clip: 16,
  tail_share: 0.05,
  run_slack: 0.8,
  run_threshold: 6,
  run_hold: 24,
  service: 0.99,
  conformal_gain: 0.02,
};

/** Median of absolute values to a standard deviation, for a normal variable. */
const MAD_TO_SIGMA = 1.4826;
const ROBUST_WINDOW = 168;
/** Steps before the CUSUM, and before a residual's size, is believed. */
const RUN_WARM_UP = 48;
const SIGMA_WARM_UP = 24;
/** The first guess of the width weighs as much as so many observations. */
const WIDTH_PRIOR = 6;
/** The level learns from residuals of at most so many widths. */
const LEVEL_CLIP = 3;

export function openFlowState(parameters: FlowParameters): FlowState {
  const { step_hours, window, horizons } = parameters;
  const short = shortSlots(step_hours);
  return {
    parameters,
    steps: 0,
    first: [],
    mean: 0,
    variance: 0,
    width: 0,
    level: 0,
    robust_scale: 0,
    sizes: openWindow(ROBUST_WINDOW),
    tail: openWindow(window),
    short: openSlots(short),
    long: openSlots(longSlots(step_hours)),
    short_width: openSlots(short),
    named: {},
    residuals: [],
    widths: [],
    drawdowns: [...new Set(horizons)].map((steps) => openDrawdown(steps, parameters)),
    run: openRun(),
  };
}

/** Net outflow (withdrawals less deposits) of the step that just ended. */
export function observeFlow(state: FlowState, net: number, calendar?: Calendar): void {
  const { first } = state;
  if (first === null) {
    learn(state, net, calendar);
    return;
  }
  first.push(net);
  state.steps += 1;
  if (first.length < state.short.mean.length) return;
  // A robust scale is known now: take the first flows in again, clipped by it.
  state.first = null;
  state.steps = 0;
  state.robust_scale = MAD_TO_SIGMA * median(first.map(Math.abs));
  state.width = state.robust_scale;
  state.variance = state.robust_scale ** 2;
  state.mean = median(first);
  const limit = 2 * state.parameters.clip * state.robust_scale;
  for (const flow of first) learn(state, clip(flow, limit), calendar);
}

function learn(state: FlowState, net: number, calendar: Calendar | undefined): void {
  const { parameters: p, steps, run } = state;
  const expected = expectedAt(state, steps, calendar);
  const width = widthAt(state, steps);
  pushWindow(state.sizes, Math.abs(net));
  if (steps >= state.short.mean.length) state.robust_scale = MAD_TO_SIGMA * medianOf(state.sizes);
  const clipped = clip(net, p.clip * state.robust_scale);
  const residual = net - expected;
  if (steps > 0) judgeStep(state, residual, clipped - expected, width);
  if (run.alarm_steps === 0) learnSeason(state, net, clipped, expected, calendar);
  state.steps += 1;
}

function judgeStep(state: FlowState, residual: number, clipped: number, width: number): void {
  const { parameters: p, steps, run } = state;
  const sigma = Math.sqrt(state.variance);
  if (steps > RUN_WARM_UP) observeRun(run, residual, sigma > 0 ? clipped / sigma : 0, p);
  if (run.alarm_steps === 0) {
    const gain = Math.max(1 / (steps + WIDTH_PRIOR), 1 / p.window);
    state.variance += gain * (clipped * clipped - state.variance);
    state.width += gain * (Math.abs(clipped) - state.width);
  }
  state.residuals.push(residual);
  state.widths.push(width);
  const keep = Math.max(1, ...state.drawdowns.map((drawdown) => drawdown.steps));
  if (state.residuals.length > keep) {
    state.residuals.shift();
    state.widths.shift();
  }
  if (steps > Math.min(SIGMA_WARM_UP, state.short.mean.length)) {
    for (const drawdown of state.drawdowns) observeDrawdown(drawdown, state);
  }
}

/** Not during an alarm: a run must not become what is normal. */
function learnSeason(
  state: FlowState,
  net: number,
  clipped: number,
  expected: number,
  calendar: Calendar | undefined,
): void {
  const { parameters: p, steps } = state;
  const memory = (cycle: number): number => p.window / cycle;
  const name = calendar?.(steps) ?? null;
  if (name !== null) {
    learnNamed(state, name, clipped - expected);
    return;
  }
  if (steps > 0)
    pushWindow(state.tail, Math.min(Math.abs(net), p.tail_clip * state.robust_scale || Number.POSITIVE_INFINITY));
  state.mean += Math.max(1 / (steps + 1), 1 / p.window) * (clipped - state.mean);
  learnSlot(state.long, steps, clipped, memory(state.long.mean.length));
  learnSlot(state.short, steps, clipped, memory(state.short.mean.length));
  learnSlot(state.short_width, steps, Math.abs(clipped - expected), memory(state.short.mean.length));
  if (steps > state.short.mean.length) {
    state.level += (p.step_hours / p.level_hours) * clip(net - expected, LEVEL_CLIP * state.width);
  }
}

function learnNamed(state: FlowState, name: string, residual: number): void {
  const named = state.named[name] ?? { count: 0, shift: 0 };
  named.count += 1;
  // The first sight of a name is believed by half.
  named.shift += residual / (named.count + 1);
  state.named[name] = named;
}

function clip(value: number, limit: number): number {
  return limit > 0 ? Math.max(-limit, Math.min(limit, value)) : value;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
