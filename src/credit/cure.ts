/** What cures a margin call: so much collateral in, or so much repaid; each the least that does. */
import { divide, maxOf, type Ratio } from "../money/index.ts";
import type { Collateral, Prices } from "./types.ts";
import { checkTarget, countedUnitValue, exactValue, priceOf } from "./value.ts";

export interface Cure {
  /** Base units of the currency to repay; zero when nothing is needed. */
  readonly repay: bigint;
  /** Base units of each asset that would do alone, rounded up to a base unit. */
  readonly deposits: readonly { readonly asset: string; readonly units: bigint }[];
}

/**
 * The least that brings the LTV to `target` or below; both are rounded up.
 * @throws CreditError credit_target_out_of_range | credit_price_unknown and the others of `exactValue`
 * @example cureOf(18_200n, [], levels.initial, accepted, prices)
 */
export function cureOf(
  outstanding: bigint,
  holdings: readonly Collateral[],
  target: Ratio,
  accepted: readonly Pick<Collateral, "asset" | "haircut">[],
  prices: Prices,
): Cure {
  checkTarget(target);
  const value = exactValue(holdings, prices);
  // outstanding - target x value, over one denominator
  const den = target.den * value.den;
  const missing = outstanding * den - target.num * value.num;
  return {
    repay: maxOf(0n, divide(missing, den, "up")),
    deposits: accepted.map((entry) => {
      const each = countedUnitValue(entry, priceOf(entry.asset.id, prices));
      const units = divide(missing * each.den * target.den, den * target.num * each.num, "up");
      return { asset: entry.asset.id, units: maxOf(0n, units) };
    }),
  };
}

/** Whether drawing `amount` more keeps the LTV below the margin level. */
export function mayDisburse(
  outstanding: bigint,
  amount: bigint,
  holdings: readonly Collateral[],
  margin_call: Ratio,
  prices: Prices,
): boolean {
  const value = exactValue(holdings, prices);
  return (outstanding + amount) * value.den * margin_call.den < margin_call.num * value.num;
}
