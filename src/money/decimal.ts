/** Exact text of integers at a scale of 0 to 30 decimals: parse and print are inverse. */
import { assert, TidegateError } from "../errors/index.ts";

export const DECIMALS_MAX = 30;
/** numeric(78,0) in the store. */
export const UNITS_DIGITS_MAX = 78;

const DECIMAL = /^(-?)(\d{1,78})(?:\.(\d{1,30}))?$/;

/**
 * Base units of a plain decimal string; refuses more fraction digits than `decimals`, exponents, signs other than "-",
 * separators and anything beyond 78 digits.
 * @throws TidegateError amount_malformed | amount_too_precise | amount_too_large
 * @example parseDecimal("1.50", 6) // 1500000n
 */
export function parseDecimal(text: string, decimals: number): bigint {
  assert(Number.isInteger(decimals) && decimals >= 0 && decimals <= DECIMALS_MAX, `decimals out of range: ${decimals}`);
  const match = DECIMAL.exec(text);
  if (!match) {
    throw new TidegateError(
      "invalid",
      "amount_malformed",
      `"${text.slice(0, 40)}" is not a decimal amount; write it like 1234.56.`,
    );
  }
  const [, sign = "", whole = "", fraction = ""] = match;
  if (fraction.length > decimals && /[1-9]/.test(fraction.slice(decimals))) {
    throw new TidegateError(
      "invalid",
      "amount_too_precise",
      `"${text}" has ${fraction.length} decimals; this asset has ${decimals}.`,
      { decimals },
    );
  }
  const units = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, "0"));
  if (units.toString().length > UNITS_DIGITS_MAX) {
    throw new TidegateError("invalid", "amount_too_large", `"${text}" is larger than any amount Tidegate can hold.`);
  }
  return sign === "-" ? -units : units;
}

/**
 * The decimal string of base units, always with all `decimals` digits.
 * @example printDecimal(1500000n, 6) // "1.500000"
 */
export function printDecimal(units: bigint, decimals: number): string {
  assert(Number.isInteger(decimals) && decimals >= 0 && decimals <= DECIMALS_MAX, `decimals out of range: ${decimals}`);
  const sign = units < 0n ? "-" : "";
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, "0");
  const cut = digits.length - decimals;
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, cut)}.${digits.slice(cut)}`;
}

/**
 * A decimal string as people read it: its thousands apart, and no idle zeros. Exact: two that differ never read alike.
 * @example groupDecimal("2524000.500000") // "2,524,000.5"
 */
export function groupDecimal(text: string): string {
  const [whole = "", fraction = ""] = text.split(".");
  const kept = fraction.replace(/0+$/, "");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (kept === "" ? "" : `.${kept}`);
}
