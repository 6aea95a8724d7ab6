/**
 * `quantile`: an (s, S, U) rule on the outflow covered at the declared service level.
 *   low = covered outflow over L' = lead + 1;  target = low + lot up;  sweep to target at target + gap down.
 * The quantile is empirical and conformally corrected (forecast/drawdowns.ts), so the share of lead times in which the flow
 * passes `low` is kept at 1 - service on any sequence.
 */
import { coveredOutflow, volatility } from "../forecast/index.ts";
import { lotSize } from "./lots.ts";
import { keepOnRails } from "./rails.ts";
import type { LevelModel } from "./types.ts";

export const quantile: LevelModel = {
  name: "quantile",
  horizons: ({ up }) => [up.lead_steps + 1],
  levels: ({ forecast, calendar, up, down, exposure, rails }) => {
    const sigma = volatility(forecast);
    const low = coveredOutflow(forecast, up.lead_steps + 1, calendar);
    const lot = lotSize(up.fee, sigma, forecast.mean, exposure, rails.hot_max);
    const gap = lotSize(down.fee, sigma, -forecast.mean, exposure, rails.hot_max);
    const levels = {
      low,
      target: low + lot,
      high: low + lot + gap,
      sweep_to: low + lot,
      may_sweep: true,
      expedite_low: null,
      expedite_to: null,
      reasons: [
        { code: "drawdown", value: low },
        { code: "lot", value: lot },
      ] as const,
    };
    return keepOnRails(levels, rails);
  },
};
