/** Integer division with the rounding named at the call. */
import { assert } from "../errors/index.ts";
import type { Rounding } from "./types.ts";

/**
 * `num / den` rounded as named. `den` must not be zero.
 * @example divide(7n, 2n, "down") // 3n
 * @example divide(-7n, 2n, "down") // -4n
 */
export function divide(num: bigint, den: bigint, rounding: Rounding): bigint {
  assert(den !== 0n, "division by zero");
  const n = den < 0n ? -num : num;
  const d = den < 0n ? -den : den;
  const quotient = n / d;
  const remainder = n % d;
  if (remainder === 0n) return quotient;
  const sign = n < 0n ? -1n : 1n;
  switch (rounding) {
    case "toward_zero":
      return quotient;
    case "away_from_zero":
      return quotient + sign;
    case "down":
      return sign < 0n ? quotient - 1n : quotient;
    case "up":
      return sign > 0n ? quotient + 1n : quotient;
    case "half_even":
      return halfEven(quotient, remainder, d, sign);
  }
}

function halfEven(quotient: bigint, remainder: bigint, den: bigint, sign: bigint): bigint {
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  if (twice > den || (twice === den && quotient % 2n !== 0n)) return quotient + sign;
  return quotient;
}
