/**
 * `hybrid` (one lane): lead-time floor, a lot for the cheapest cycle of the expected flows and for their noise, a sweep line
 * that keeps room for the largest single withdrawal, and a run switch.
 *   low     = floor over L' (floor.ts)
 *   target  = low + lot; lot = sqrt(cycle^2 + (1.5 Miller-Orr spread)^2); in a run 2.3 lots by Miller-Orr and Baumol-Tobin
 *   sweep_to = max(target, expected next two steps + tail flow of chance h / 4b per step, scaled to the hour)
 *   high    = sweep_to + gap down; nothing is swept during an alarm
 * The tail is not refilled for, only not swept away: money that is here costs its exposure, money that is fetched costs a
 * fee as well. Chance h / 4b: a shortage lasts a few steps until a refill lands, so it is dearer than one step of delay.
 */
import { expectedAt, expectedDrawdown, peakShare, tailFlow, volatility } from "../forecast/index.ts";
import { FLOOR_DEFAULTS, type FloorParameters, floorOver } from "./floor.ts";
import { cycleLot, lotSize } from "./lots.ts";
import { keepOnRails } from "./rails.ts";
import type { LevelModel, ModelInput, ModelLevels } from "./types.ts";

export interface HybridParameters extends FloorParameters {
  /** The spread for noise against the formula's: more, for the formula prices refills and sweeps alike and knows no lead time. */
  readonly lot_factor: number;
  /** Steps after the lead whose expected flows a lot may cover. */
  readonly cycle_steps: number;
  /** A lot in a run against the formula's. */
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
  lot_factor: 1.5,
  cycle_steps: 168,
  run_lot: 2.3,
  run_drift: 0.01,
  shortage_steps: 4,
  peak_steps: 2,
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
  const { forecast, up, down, exposure, rails } = input;
  const sigma = volatility(forecast);
  const alarm = forecast.run.alarm_steps > 0;
  const floor = floorOver(up.lead_steps + 1, input, parameters);
  const low = Math.min(floor.low, rails.hot_max);
  const lot = alarm ? runLot(input, sigma, parameters) : calmLot(input, sigma, parameters);
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

function calmLot({ forecast, calendar, up, exposure, rails }: ModelInput, sigma: number, p: HybridParameters): number {
  const from = forecast.steps + up.lead_steps + 1;
  const expected = new Float64Array(p.cycle_steps);
  for (let ahead = 0; ahead < p.cycle_steps; ahead += 1) expected[ahead] = expectedAt(forecast, from + ahead, calendar);
  const spread = p.lot_factor * lotSize(up.fee, sigma, 0, exposure, rails.hot_max);
  return Math.min(Math.hypot(cycleLot(up.fee, exposure, expected), spread), rails.hot_max);
}

function runLot({ forecast, up, exposure, rails, total }: ModelInput, sigma: number, p: HybridParameters): number {
  const drift = Math.max(forecast.mean, Math.min(forecast.run.rate, p.run_drift * total));
  return p.run_lot * lotSize(up.fee, sigma, drift, exposure, rails.hot_max);
}

function tailRoom({ forecast, calendar, exposure, delay }: ModelInput, parameters: HybridParameters): number {
  const chance = delay > 0 ? exposure / delay / parameters.shortage_steps : 1;
  const tail = tailFlow(forecast, Math.min(1, chance)) * peakShare(forecast, parameters.peak_steps);
  return tail + expectedDrawdown(forecast, 2, calendar);
}
