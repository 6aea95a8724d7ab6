/**
 * `static`: fixed shares of all assets, the rule that everyone ships. low, target and high are shares of the total; a sweep
 * and a refill both return to the target. No forecast, no lead time, no cost. custody-10-90: 5 / 10 / 15 %.
 */
import { keepOnRails } from "./rails.ts";
import type { LevelModel } from "./types.ts";

export interface StaticShares {
  readonly low: number;
  readonly target: number;
  readonly high: number;
}

export const STATIC_PROFILES: Readonly<Record<string, StaticShares>> = {
  "custody-10-90": { low: 0.05, target: 0.1, high: 0.15 },
  "terminal-40": { low: 0.35, target: 0.4, high: 0.45 },
};

export function createStatic(name: string, shares: StaticShares): LevelModel {
  return {
    name,
    horizons: () => [],
    levels: ({ total, rails }) => {
      const target = shares.target * total;
      const levels = {
        low: shares.low * total,
        target,
        high: shares.high * total,
        sweep_to: target,
        may_sweep: true,
        expedite_low: null,
        expedite_to: null,
        reasons: [{ code: "share", value: shares.target }] as const,
      };
      return keepOnRails(levels, rails);
    },
  };
}
