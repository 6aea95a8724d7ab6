/**
 * `miller-orr`: control limits over a lead-time floor.
 *   low = mu L' + 3 sigma sqrt(L'), L' = lead + 1;  Z = (3 K sigma^2 / 4 h)^(1/3), K the mean of both fees
 *   target = low + Z, high = low + 3 Z, a sweep returns to the target.
 * Miller and Orr, Quarterly Journal of Economics 80 (1966) 413-435. Theirs has no lead time: the floor stands in for it.
 */
import { volatility } from "../forecast/index.ts";
import { lotSize } from "./lots.ts";
import { keepOnRails } from "./rails.ts";
import type { LevelModel } from "./types.ts";

const DEVIATIONS = 3;

export const millerOrr: LevelModel = {
  name: "miller-orr",
  horizons: ({ up }) => [up.lead_steps + 1],
  levels: ({ forecast, up, down, exposure, rails }) => {
    const steps = up.lead_steps + 1;
    const sigma = volatility(forecast);
    const low = Math.max(0, forecast.mean) * steps + DEVIATIONS * sigma * Math.sqrt(steps);
    const spread = lotSize((up.fee + down.fee) / 2, sigma, forecast.mean, exposure, rails.hot_max);
    const levels = {
      low,
      target: low + spread,
      high: low + 3 * spread,
      sweep_to: low + spread,
      may_sweep: true,
      expedite_low: null,
      expedite_to: null,
      reasons: [
        { code: "lead_floor", value: low },
        { code: "lot", value: spread },
      ] as const,
    };
    return keepOnRails(levels, rails);
  },
};
