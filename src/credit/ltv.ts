/** Loan to value: exact inside; printed so that it never looks better than it is. */
import { divide, printPercent, type Ratio, ratio } from "../money/index.ts";
import type { Collateral, Ltv, Prices } from "./types.ts";
import { exactValue } from "./value.ts";

/**
 * `outstanding` (base units of the currency, zero or more) over the collateral's value after haircuts.
 * @throws CreditError credit_price_unknown and the others of `exactValue`
 */
export function ltvOf(outstanding: bigint, holdings: readonly Collateral[], prices: Prices): Ltv {
  return ltvFrom(outstanding, exactValue(holdings, prices));
}

export function ltvFrom(outstanding: bigint, value: Ratio): Ltv {
  if (outstanding <= 0n) return { state: "no_loan" };
  if (value.num === 0n) return { state: "no_collateral" };
  return { state: "ratio", ratio: ratio(outstanding * value.den, value.num) };
}

/** Percent with `digits` decimals, rounded up. @example printLtv(ltv, 2) // "80.00" */
export function printLtv(ltv: Ltv, digits: number): string | null {
  return ltv.state === "ratio" ? printPercent(ltv.ratio.num, ltv.ratio.den, digits, "up") : null;
}

/** Collateral to value in whole percent, truncated; null without a loan, 0 without collateral. @example 125_999 / 100_000 -> 125n */
export function cvlPercent(ltv: Ltv): bigint | null {
  if (ltv.state === "no_loan") return null;
  if (ltv.state === "no_collateral") return 0n;
  return divide(ltv.ratio.den * 100n, ltv.ratio.num, "down");
}
