/**
 * How deep the residual fell over a horizon, in units of the spread forecast for it, and the conformal correction.
 * Adaptive conformal inference (Gibbs and Candes 2021; for inventory Hult, Zachariah and Stoica, arXiv 2405.15105):
 *   level <- level + gain * (miss - (1 - service))
 * keeps the share of misses at 1 - service on any sequence, up to a term that falls with time.
 */
import { openWindow, pushWindow, quantileOf } from "./sorted_window.ts";
import type { DrawdownState, FlowParameters, FlowState } from "./types.ts";

/** Drawdown in spreads that is assumed while nothing was seen. */
export const DRAWDOWN_PRIOR = 3;
const LEVEL_MIN = 0.5;
/** Above the largest drawdown seen, the correction stretches it: level 1.5 is twice the largest. */
const LEVEL_MAX = 1.5;

export function openDrawdown(steps: number, { window, service }: FlowParameters): DrawdownState {
  return { steps, seen: openWindow(window), level: service, misses: 0, judged: 0, open: [] };
}

/** Quantile of the standardised drawdown at `level`; past 1 it stretches the largest one seen. */
export function drawdownAt(drawdown: DrawdownState, level: number): number {
  const quantile = quantileOf(drawdown.seen, Math.min(1, level));
  if (quantile === null) return DRAWDOWN_PRIOR;
  return level > 1 ? Math.max(quantile, 1) * (1 + 2 * (level - 1)) : quantile;
}

/** The horizon that ended with the newest residual: remember its drawdown, judge the forecast made when it began. */
export function observeDrawdown(drawdown: DrawdownState, { residuals, widths, parameters }: FlowState): void {
  const last = residuals.length;
  const from = Math.max(0, last - drawdown.steps);
  let sum = 0;
  let deepest = 0;
  let square = 0;
  for (let i = from; i < last; i += 1) {
    sum += residuals[i] ?? 0;
    deepest = Math.max(deepest, sum);
    square += (widths[i] ?? 0) ** 2;
  }
  const seen = square > 0 ? deepest / Math.sqrt(square) : 0;
  drawdown.open.push(drawdownAt(drawdown, drawdown.level));
  if (drawdown.open.length > drawdown.steps) judge(drawdown, seen, parameters);
  pushWindow(drawdown.seen, seen);
}

function judge(drawdown: DrawdownState, seen: number, { service, conformal_gain }: FlowParameters): void {
  const forecast = drawdown.open.shift() ?? DRAWDOWN_PRIOR;
  const missed = seen > forecast ? 1 : 0;
  drawdown.misses += missed;
  drawdown.judged += 1;
  const level = drawdown.level + conformal_gain * (missed - (1 - service));
  drawdown.level = Math.max(LEVEL_MIN, Math.min(LEVEL_MAX, level));
}
