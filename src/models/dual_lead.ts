/**
 * `dual-lead`: `hybrid` on the slow lane with a thinner floor, and a second, short floor on the expedited lane.
 *   regular floor: k = 2 deviations, 1.5 beyond a lead of 8 steps
 *   expedite_low = floor over expedited lead + 1 with k = 2.5 and the 98.5 % drawdown;  expedite_to = 2 x that, 2.5 x in a run
 * The short floor is for the short lead alone, and the run's own in a run. An expedited lot is a whole floor: its fee is many times
 * that of the slow lane, and two large steps in a row must not wait for a second one.
 * The expedited lane looks at what is there and lands within its own lead, not at what the slow lane has under way.
 * Dual-index policies: Tang, Chen and Shi, M&SOM 2024 (doi 10.1287/msom.2022.0323). Without
 * the lane, or where the lane is no faster, it is `hybrid`.
 */
import { floorOver } from "./floor.ts";
import { HYBRID_DEFAULTS, type HybridParameters, hybridLevels } from "./hybrid.ts";
import { keepOnRails } from "./rails.ts";
import type { LevelModel, ModelLevels } from "./types.ts";

export interface DualLeadParameters extends HybridParameters {
  readonly slow_deviations: number;
  readonly slower_deviations: number;
  /** Leads above this use the thinner floor. */
  readonly slower_than_steps: number;
  readonly fast_deviations: number;
  readonly fast_drawdown_level: number;
  readonly expedite_up_to: number;
  readonly expedite_up_to_in_run: number;
}

export const DUAL_LEAD_DEFAULTS: DualLeadParameters = {
  ...HYBRID_DEFAULTS,
  slow_deviations: 2,
  slower_deviations: 1.5,
  slower_than_steps: 8,
  fast_deviations: 2.5,
  fast_drawdown_level: 0.985,
  expedite_up_to: 2,
  expedite_up_to_in_run: 2.5,
};

export function createDualLead(parameters: DualLeadParameters = DUAL_LEAD_DEFAULTS): LevelModel {
  return {
    name: "dual-lead",
    horizons: ({ up, expedite }) =>
      expedite === null ? [up.lead_steps + 1] : [up.lead_steps + 1, expedite.lead_steps + 1],
    levels: (input) => {
      const { expedite, up, forecast, rails } = input;
      if (expedite === null || expedite.lead_steps >= up.lead_steps)
        return keepOnRails(hybridLevels(input, parameters), rails);
      const long = up.lead_steps > parameters.slower_than_steps;
      const deviations = long ? parameters.slower_deviations : parameters.slow_deviations;
      const slow = hybridLevels(input, { ...parameters, deviations });
      const fast = floorOver(expedite.lead_steps + 1, input, {
        ...parameters,
        deviations: parameters.fast_deviations,
        drawdown_level: parameters.fast_drawdown_level,
      });
      const alarm = forecast.run.alarm_steps > 0;
      const up_to = alarm ? parameters.expedite_up_to_in_run : parameters.expedite_up_to;
      const levels: ModelLevels = {
        ...slow,
        expedite_low: fast.low,
        expedite_to: fast.low * up_to,
        reasons: [...slow.reasons, fast.reason],
      };
      return keepOnRails(levels, rails);
    },
  };
}
