/** Exact fractions: percentages of a pool, prices, fees. No floating point. */
import { assert } from "../errors/index.ts";
import { parseDecimal, printDecimal } from "./decimal.ts";
import { divide } from "./divide.ts";
import type { Ratio, Rounding } from "./types.ts";

const PERCENT_DECIMALS = 12;
const PERCENT_SCALE = 100n * 10n ** BigInt(PERCENT_DECIMALS);

export function ratio(num: bigint, den: bigint): Ratio {
  assert(den > 0n, "a ratio needs a positive denominator");
  return { num, den };
}

/** @example percent("4.97") // 4.97 / 100 */
export function percent(text: string): Ratio {
  return { num: parseDecimal(text, PERCENT_DECIMALS), den: PERCENT_SCALE };
}

/** `r` of `units`, rounded as named. @example shareOf(percent("10"), 1000n, "down") // 100n */
export function shareOf(r: Ratio, units: bigint, rounding: Rounding): bigint {
  return divide(units * r.num, r.den, rounding);
}

/** -1, 0 or 1; exact. */
export function compareRatios(a: Ratio, b: Ratio): -1 | 0 | 1 {
  const left = a.num * b.den;
  const right = b.num * a.den;
  return left < right ? -1 : left > right ? 1 : 0;
}

const SIGNIFICANT = 6;
const PRICE_DIGITS_MAX = 18;

/**
 * A price in base units of its currency per whole asset, as a decimal string: the decimals of the currency, and more of them where the
 * price is small, so that six digits at least say something.
 * @example printPrice(ratio(9997n, 100n), 2, "down") // "0.999700"
 */
export function printPrice({ num, den }: Ratio, decimals: number, rounding: Rounding): string {
  const enough = den * 10n ** BigInt(SIGNIFICANT - 1);
  let digits = 0;
  for (let scaled = num; scaled > 0n && scaled < enough && digits < PRICE_DIGITS_MAX; scaled *= 10n) digits += 1;
  return printDecimal(divide(num * 10n ** BigInt(digits), den, rounding), decimals + digits);
}

/**
 * `part / whole` as a percentage string with `digits` decimals; null when `whole` is zero.
 * @example printPercent(364n, 1000n, 1) // "36.4"
 */
export function printPercent(
  part: bigint,
  whole: bigint,
  digits: number,
  rounding: Rounding = "half_even",
): string | null {
  if (whole === 0n) return null;
  return printDecimal(divide(part * 100n * 10n ** BigInt(digits), whole, rounding), digits);
}
