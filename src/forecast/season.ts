/**
 * Seasonal profile: hour of day shrunk to the mean, hour of week shrunk to hour of day (daily steps: day of week), plus a
 * running level and the shift of a named day. A slot seen n times weighs n / (n + shrink): what was seen once is not believed.
 */
import type { Calendar, FlowState, SlotMeans } from "./types.ts";

const DAILY_SLOTS = 7;
const HOURS_PER_DAY = 24;
/** Weights of a slot and its neighbours when widths are smoothed. */
const KERNEL = [0.1, 0.2, 0.4, 0.2, 0.1] as const;
const [PEAK_LOW, PEAK_HIGH, PEAK_POWER] = [0.3, 1.1, 1.2];

/** Slots of the short cycle: hours of a day, or days of a week with daily steps. */
export function shortSlots(step_hours: number): number {
  return step_hours >= HOURS_PER_DAY ? DAILY_SLOTS : Math.max(1, Math.round(HOURS_PER_DAY / step_hours));
}

export function longSlots(step_hours: number): number {
  return step_hours >= HOURS_PER_DAY ? DAILY_SLOTS : DAILY_SLOTS * shortSlots(step_hours);
}

export function openSlots(slots: number): SlotMeans {
  return { mean: new Array<number>(slots).fill(0), count: new Array<number>(slots).fill(0) };
}

/** A running mean whose memory is at most `memory` visits of its slot. */
export function learnSlot({ mean, count }: SlotMeans, step: number, value: number, memory: number): void {
  const slot = step % mean.length;
  const n = Math.min((count[slot] ?? 0) + 1, Math.max(memory, 4));
  count[slot] = n;
  mean[slot] = (mean[slot] ?? 0) + (value - (mean[slot] ?? 0)) / n;
}

/** Net outflow expected in a step, counted from the first observation. */
export function expectedAt(state: FlowState, step: number, calendar?: Calendar): number {
  const { mean_shrink } = state.parameters;
  const by_short = shrunk(state.short, step, state.mean, mean_shrink);
  const same = state.short.mean.length === state.long.mean.length;
  const season = same ? by_short : shrunk(state.long, step, by_short, mean_shrink);
  const name = calendar?.(step) ?? null;
  const shift = name === null ? 0 : (state.named[name]?.shift ?? 0);
  return state.level + season + shift;
}

/** Mean absolute residual expected in a step. */
export function widthAt(state: FlowState, step: number): number {
  return shrunk(state.short_width, step, state.width, state.parameters.width_shrink);
}

/**
 * Smoothed width of the widest of the next steps against the mean width, to the power 1.2 and between 0.3 and 1.1: large flows
 * come in restless hours more than widths say, for widths are learnt from clipped flows.
 */
export function peakShare(state: FlowState, ahead: number): number {
  const reach = KERNEL.length >> 1;
  const slots = state.short.mean.length;
  let widest = 0;
  for (let at = 0; at < ahead; at += 1) {
    let sum = 0;
    KERNEL.forEach((weight, i) => {
      sum += weight * widthAt(state, state.steps + at + i - reach + slots);
    });
    widest = Math.max(widest, sum);
  }
  return Math.max(PEAK_LOW, Math.min(PEAK_HIGH, (widest / (state.width || 1)) ** PEAK_POWER));
}

function shrunk({ mean, count }: SlotMeans, step: number, towards: number, shrink: number): number {
  const slot = step % mean.length;
  const n = count[slot] ?? 0;
  return towards + (n / (n + shrink)) * ((mean[slot] ?? 0) - towards);
}
