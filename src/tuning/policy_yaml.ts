/** The part of a pool's entry that a proposal changes, to edit `tidegate.yaml` with. */
import { printDecimal } from "../money/index.ts";
import { LEVEL_NAMES } from "../policy/index.ts";
import type { PoolPolicy } from "../policy/types.ts";

const PPM_PER_PERCENT = 10_000;

/** @example policyYaml(policy) // "levels: { emergency_low: 2%, … }\ntrigger: at\n" */
export function policyYaml({ levels, trigger, model, asset }: PoolPolicy): string {
  const five = LEVEL_NAMES.map((name) => `${name}: "${levels[name].text}"`).join(", ");
  const lines = [`levels: { ${five} }`, `trigger: ${trigger}`];
  if (model !== null) {
    const { name, mode, refill_cost, sweep_cost, exposure_ppm_per_year, delay_ppm_per_hour } = model;
    const amount = (units: bigint): string => `${printDecimal(units, asset.decimals)} ${asset.id}`;
    const share = (ppm: number): string => `${ppm / PPM_PER_PERCENT}%`;
    lines.push(
      `model: { name: ${name}, mode: ${mode}, refill_cost: ${amount(refill_cost)}, sweep_cost: ${amount(sweep_cost)}, exposure_per_year: ${share(exposure_ppm_per_year)}, delay_per_hour: ${share(delay_ppm_per_hour)} }`,
    );
  }
  return `${lines.join("\n")}\n`;
}
