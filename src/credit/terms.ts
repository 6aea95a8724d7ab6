/** What a facility and a deposit must look like before anything is stored. */
import { CreditError } from "./errors.ts";
import { countDays } from "./interest.ts";
import { levelsOf } from "./levels.ts";
import type { AcceptedCollateral, FacilityTerms, Levels } from "./types.ts";
import { counted } from "./value.ts";

/**
 * The levels that hold for the facility, once its terms make sense on `today` (days since 1970-01-01).
 * @throws CreditError credit_amount_not_positive | credit_maturity_in_past | credit_days_out_of_range |
 *   credit_duplicate_asset | credit_haircut_out_of_range | credit_levels_out_of_order
 */
export function checkTerms(terms: FacilityTerms, base: Levels, today: number): Levels {
  if (terms.principal <= 0n) throw notPositive("The principal");
  if (terms.rate.num < 0n || terms.rate.den <= 0n) throw notPositive("The rate");
  if (terms.maturity_day <= today || terms.maturity_day <= terms.start_day) {
    throw new CreditError("credit_maturity_in_past", "The maturity must lie after today and after the start.");
  }
  countDays(terms.start_day, terms.maturity_day, terms.day_count);
  const seen = new Set<string>();
  for (const { asset, haircut, minimum } of terms.accepted) {
    if (seen.has(asset.id)) {
      throw new CreditError("credit_duplicate_asset", `${asset.id} is accepted twice; name it once.`);
    }
    seen.add(asset.id);
    counted(haircut);
    if (minimum < 0n) throw notPositive(`The minimum of ${asset.id}`);
  }
  if (seen.size === 0) throw new CreditError("credit_asset_not_accepted", "Name at least one collateral asset.");
  return levelsOf(base, terms.levels);
}

/** @throws CreditError credit_amount_not_positive | credit_asset_not_accepted | credit_below_minimum */
export function checkDeposit(
  accepted: readonly AcceptedCollateral[],
  asset: string,
  units: bigint,
): AcceptedCollateral {
  if (units <= 0n) throw notPositive("A deposit");
  const entry = accepted.find((one) => one.asset.id === asset);
  if (entry === undefined) {
    throw new CreditError("credit_asset_not_accepted", `This facility takes no ${asset} as collateral.`, { asset });
  }
  if (units < entry.minimum) {
    throw new CreditError("credit_below_minimum", `This is less ${asset} than the facility takes at once.`, { asset });
  }
  return entry;
}

function notPositive(what: string): CreditError {
  return new CreditError("credit_amount_not_positive", `${what} must be above zero.`);
}
