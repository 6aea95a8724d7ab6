/**
 * `hybrid` (one lane): lead-time floor, lot by Miller-Orr and Baumol-Tobin, a sweep line that keeps room for the largest
 * single withdrawal, and a run switch.
 *   low     = floor over L' (floor.ts)
 *   target  = low + lot up; twice the lot in a run
 *   sweep_to = max(target, expected next two steps + tail flow of chance h / 4b per step, scaled to the hour)
 *   high    = sweep_to + gap down; nothing is swept during an alarm
 * The tail is not refilled for, only not swept away: money that is here costs its exposure, money that is fetched costs a
 * fee as well. Chance h / 4b: a shortage lasts a few steps until a refill lands, so it is dearer than one step of delay.
 */
import { expectedDrawdown, peakShare, tailFlow, volatility } from "../forecast/index.ts";
import { FLOOR_DEFAULTS, type FloorParameters, floorOver } from "./floor.ts";
import { lotSize } from "./lots.ts";
import { keepOnRails } from "./rails.ts";
import type { LevelModel, ModelInput, ModelLevels } from "./types.ts";

export interface HybridParameters extends FloorParameters {
  /** A lot against the formula's: a little more, for the formula knows no lead time. */
  readonly lot_factor: number;
  /** A lot in a run against a lot in calm. */
  readonly run_lot: number;
  /** Highest drift, as a share of all assets per step, that a run's lot is made for. */
  readonly run_drift: number;
  /** How many steps a shortage lasts, for the chance of the tail. */
  readonly shortage_steps: number;
  /** Steps ahead whose widest is looked for. */
  readonly peak_steps: number;
}

export const HYBRID_DEFAULTS: HybridParameters = {
  ...FLOOR_DEFAULTS,
  lot_factor: 1.15,
  run_lot: 2,
  run_drift: 0.01,
  shortage_steps: 4,
  peak_steps: 3,
};

export function createHybrid(parameters: HybridParameters = HYBRID_DEFAULTS): LevelModel {
  return {
    name: "hybrid",
    horizons: ({ up }) => [up.lead_steps + 1],
    levels: (input) => keepOnRails(hybridLevels(input, parameters), input.rails),
  };
}

/** The levels before the rails. */
export function hybridLevels(input: ModelInput, parameters: HybridParameters): ModelLevels {
  const { forecast, up, down, exposure, rails, total } = input;
  const sigma = volatility(forecast);
  const alarm = forecast.run.alarm_steps > 0;
  const floor = floorOver(up.lead_steps + 1, input, parameters);
  const low = Math.min(floor.low, rails.hot_max);
  const run_drift = alarm ? Math.min(forecast.run.rate, parameters.run_drift * total) : 0;
  const calm_lot = lotSize(up.fee, sigma, Math.max(forecast.mean, run_drift), exposure, rails.hot_max);
  const lot = parameters.lot_factor * (alarm ? parameters.run_lot : 1) * calm_lot;
  const gap = lotSize(down.fee, sigma, -forecast.mean, exposure, rails.hot_max);
  const tail = tailRoom(input, parameters);
  const sweep_to = Math.max(low + lot, tail);
  return {
    low,
    target: low + lot,
    high: sweep_to + gap,
    sweep_to,
    may_sweep: !alarm,
    expedite_low: null,
    expedite_to: null,
    reasons: [
      floor.reason,
      { code: "lot", value: lot },
      { code: "tail", value: tail },
      { code: "sweep_gap", value: gap },
    ],
  };
}

function tailRoom({ forecast, calendar, exposure, delay }: ModelInput, parameters: HybridParameters): number {
  const chance = delay > 0 ? exposure / delay / parameters.shortage_steps : 1;
  const tail = tailFlow(forecast, Math.min(1, chance)) * peakShare(forecast, parameters.peak_steps);
  return tail + expectedDrawdown(forecast, 2, calendar);
}
