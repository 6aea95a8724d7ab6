/** Whether a scenario can be run: every number within its limits, every asset known. */
import { StressError } from "./errors.ts";
import type { Scenario } from "./types.ts";

const PPM = 1_000_000;
/** A run in virtual time is at most this long: a hundred days. */
export const HOURS_MAX = 2_400;
export const APPROVAL_HOURS_MAX = 720;
export const CURVE_STEPS_MAX = 2_400;
const FEE_TIMES_MAX = 10_000;
/** A curve may ask for more than there is, to see a pool die; not for nonsense. */
const CURVE_MAX_PPM = 10 * PPM;

/** @throws StressError naming the field */
export function checkScenario(scenario: Scenario, assets: readonly string[]): void {
  const { step_hours, curve_ppm, approval_hours, fee_times, price_shock } = scenario;
  const whole = (value: number, low: number, high: number): boolean =>
    Number.isSafeInteger(value) && value >= low && value <= high;
  const need = (holds: boolean, field: string, rule: string): void => {
    if (holds) return;
    throw new StressError("stress_scenario_malformed", `Scenario "${scenario.id}": ${field} must be ${rule}.`, {
      field,
    });
  };
  need(whole(step_hours, 1, HOURS_MAX), "step_hours", `a whole number of hours, 1 to ${HOURS_MAX}`);
  need(curve_ppm.length >= 1 && curve_ppm.length <= CURVE_STEPS_MAX, "curve_ppm", `1 to ${CURVE_STEPS_MAX} steps`);
  need(
    curve_ppm.every((share) => whole(share, -CURVE_MAX_PPM, CURVE_MAX_PPM)),
    "curve_ppm",
    "whole parts per million, at most 10,000,000",
  );
  need(step_hours * curve_ppm.length <= HOURS_MAX, "curve_ppm", `at most ${HOURS_MAX} hours long`);
  need(approval_hours.length >= 1, "approval_hours", "one time at least");
  need(
    approval_hours.every((hours) => whole(hours, 0, APPROVAL_HOURS_MAX)),
    "approval_hours",
    `whole hours, 0 to ${APPROVAL_HOURS_MAX}`,
  );
  for (const field of ["custody_outage", "rails_closed"] as const) {
    const span = scenario[field];
    const valid = span === null || (whole(span.from_hour, 0, HOURS_MAX) && whole(span.hours, 1, HOURS_MAX));
    need(valid, field, `whole hours, 0 to ${HOURS_MAX}`);
  }
  need(whole(scenario.stuck_ppm, 0, PPM), "stuck_ppm", "0 to 1,000,000");
  need(whole(scenario.stolen_ppm, 0, PPM), "stolen_ppm", "0 to 1,000,000");
  need(
    Number.isFinite(fee_times) && fee_times >= 0 && fee_times <= FEE_TIMES_MAX,
    "fee_times",
    `0 to ${FEE_TIMES_MAX}`,
  );
  if (price_shock === null) return;
  const { asset, to_ppm, fall_hours, recover_hours } = price_shock;
  need(whole(to_ppm, 1, CURVE_MAX_PPM), "price_shock.to_ppm", "1 to 10,000,000");
  need(whole(fall_hours, 1, HOURS_MAX), "price_shock.fall_hours", `1 to ${HOURS_MAX}`);
  need(
    recover_hours === null || whole(recover_hours, 1, HOURS_MAX),
    "price_shock.recover_hours",
    `1 to ${HOURS_MAX}, or none`,
  );
  if (asset !== null && !assets.includes(asset)) {
    throw new StressError(
      "stress_asset_unknown",
      `Scenario "${scenario.id}" moves the price of "${asset.slice(0, 32)}", which this configuration does not know; it knows ${assets.join(", ")}.`,
      { asset: asset.slice(0, 32), known: assets },
    );
  }
}
