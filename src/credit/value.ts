/** What collateral is worth: exact for every comparison, rounded against the borrower where an amount is written down. */
import { compareRatios, divide, type Ratio, ratio } from "../money/index.ts";
import { CreditError } from "./errors.ts";
import type { Collateral, Prices } from "./types.ts";

/** The part of an asset's market value that counts: 1 - haircut. @throws CreditError credit_haircut_out_of_range */
export function counted(haircut: Ratio): Ratio {
  if (haircut.den <= 0n || haircut.num < 0n || haircut.num >= haircut.den) {
    throw new CreditError("credit_haircut_out_of_range", "A haircut is at least 0 % and below 100 %.");
  }
  return ratio(haircut.den - haircut.num, haircut.den);
}

/** @throws CreditError credit_price_unknown | credit_price_not_positive */
export function priceOf(asset: string, prices: Prices): Ratio {
  const price = prices.get(asset);
  if (price === undefined) {
    throw new CreditError("credit_price_unknown", `${asset} has no price now; nothing is decided without one.`, {
      asset,
    });
  }
  if (price.num <= 0n || price.den <= 0n) {
    throw new CreditError("credit_price_not_positive", `The price of ${asset} must be above zero.`, { asset });
  }
  return price;
}

/** Currency units that one base unit counts for: price x (1 - haircut) / units per whole asset; exact. */
export function countedUnitValue({ asset, haircut }: Pick<Collateral, "asset" | "haircut">, price: Ratio): Ratio {
  const part = counted(haircut);
  return ratio(price.num * part.num, price.den * part.den * 10n ** BigInt(asset.decimals));
}

/**
 * Sum after haircuts, in currency units; exact. Nothing held needs no price.
 * @throws CreditError credit_amount_not_positive | credit_price_unknown | credit_price_not_positive | credit_haircut_out_of_range
 */
export function exactValue(holdings: readonly Collateral[], prices: Prices): Ratio {
  let sum = ratio(0n, 1n);
  for (const holding of holdings) {
    if (holding.units < 0n) {
      throw new CreditError("credit_amount_not_positive", `Collateral in ${holding.asset.id} cannot be below zero.`);
    }
    if (holding.units === 0n) continue;
    const each = countedUnitValue(holding, priceOf(holding.asset.id, prices));
    sum = addRatios(sum, ratio(each.num * holding.units, each.den));
  }
  return sum;
}

/** Currency units the collateral counts for, rounded down: never valued too high. @example collateralValue([btc], prices) */
export function collateralValue(holdings: readonly Collateral[], prices: Prices): bigint {
  const exact = exactValue(holdings, prices);
  return divide(exact.num, exact.den, "down");
}

/**
 * The fewest base units of one asset that carry `outstanding` at no more than `ltv`, rounded up: never asked for too little.
 * @throws CreditError credit_target_out_of_range | credit_price_not_positive | credit_haircut_out_of_range
 */
export function requiredCollateral(
  outstanding: bigint,
  ltv: Ratio,
  holding: Pick<Collateral, "asset" | "haircut">,
  price: Ratio,
): bigint {
  checkTarget(ltv);
  const each = countedUnitValue(holding, priceOf(holding.asset.id, new Map([[holding.asset.id, price]])));
  if (outstanding <= 0n) return 0n;
  return divide(outstanding * ltv.den * each.den, ltv.num * each.num, "up");
}

/** @throws CreditError credit_target_out_of_range unless 0 < ltv <= 1 */
export function checkTarget(ltv: Ratio): void {
  if (ltv.den <= 0n || ltv.num <= 0n || compareRatios(ltv, ratio(1n, 1n)) > 0) {
    throw new CreditError("credit_target_out_of_range", "A target is above 0 % and at most 100 % loan to value.");
  }
}

export function addRatios(a: Ratio, b: Ratio): Ratio {
  if (a.den === b.den) return ratio(a.num + b.num, a.den);
  return ratio(a.num * b.den + b.num * a.den, a.den * b.den);
}
