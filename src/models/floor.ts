/**
 * The floor under a lead time, shared by `hybrid` and `dual-lead`. With L' = lead + 1 steps:
 *   calm: max over j <= L' of E_j + q S_j: expected net outflow of the first j steps and their spread, with q the larger of
 *         k deviations and the empirical quantile of the residual's drawdown over L'
 *   run:  at least what the run takes, max(6 x its rate x L', demand + m L' + 3 e sqrt(L')), and no more than the run curve,
 *         6 % of all assets in the first hour, growing with hours^0.6.
 * The curve is the envelope of the measured runs in the policy study (5 % in the worst hour, a third in the worst day).
 */
import { drawdownSpreads, expectedDrawdown, pathOutflow, spreadsOf } from "../forecast/index.ts";
import type { ModelInput, ModelReason } from "./types.ts";

export interface FloorParameters {
  readonly deviations: number;
  readonly drawdown_level: number;
  readonly run_share: number;
  readonly run_power: number;
  readonly run_rates: number;
}

/** Frozen; the same for every asset, step and lead. */
export const FLOOR_DEFAULTS: FloorParameters = {
  deviations: 2.4,
  drawdown_level: 0.985,
  run_share: 0.06,
  run_power: 0.6,
  run_rates: 6,
};

const RUN_DEVIATIONS = 3;

export interface Floor {
  readonly low: number;
  readonly reason: ModelReason;
}

export function floorOver(steps: number, input: ModelInput, parameters: FloorParameters): Floor {
  const { forecast, calendar } = input;
  const by_deviation = spreadsOf(parameters.deviations);
  const by_drawdown = drawdownSpreads(forecast, steps, parameters.drawdown_level);
  const low = pathOutflow(forecast, steps, Math.max(by_deviation, by_drawdown), calendar);
  const calm: Floor = { low, reason: { code: by_drawdown > by_deviation ? "drawdown" : "lead_floor", value: low } };
  if (forecast.run.alarm_steps === 0) return calm;
  const run = runFloor(steps, input, parameters);
  return run > calm.low ? { low: run, reason: { code: "run", value: run } } : calm;
}

function runFloor(steps: number, { forecast, calendar, total }: ModelInput, parameters: FloorParameters): number {
  const { rate, noise, peak_rate } = forecast.run;
  const hours = steps * forecast.parameters.step_hours;
  const curve = parameters.run_share * Math.max(0, total) * hours ** parameters.run_power;
  const by_rate = parameters.run_rates * Math.max(0, peak_rate) * steps;
  const expected = expectedDrawdown(forecast, steps, calendar);
  const by_noise = expected + rate * steps + RUN_DEVIATIONS * noise * Math.sqrt(steps);
  return Math.min(curve, Math.max(by_rate, by_noise));
}
