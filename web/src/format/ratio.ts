/** Ratios of two amounts, for the eye. */
import { readDecimal, writeDecimal } from "./decimal.ts";

/**
 * How many times `whole` fits into `part`, two digits, cut.
 * @returns null when either is unreadable or `whole` is not positive
 * @example ratioText("820000", "500000") // "1.64x"
 */
export function ratioText(part: string, whole: string): string | null {
  const a = readDecimal(part);
  const b = readDecimal(whole);
  if (!a || !b || b.units <= 0n) return null;
  const hundredths = (a.units * 10n ** BigInt(b.scale) * 100n) / (b.units * 10n ** BigInt(a.scale));
  const sign = hundredths < 0n ? "\u2212" : "";
  const digits = (hundredths < 0n ? -hundredths : hundredths).toString().padStart(3, "0");
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}\u00d7`;
}

const PERCENT_DIGITS = 4;

/**
 * `part` of `whole` in per cent with four digits, cut.
 * @returns null when either is unreadable or `whole` is not positive
 * @example percentOf("25", "200") // "12.5000"
 */
export function percentOf(part: string, whole: string): string | null {
  const a = readDecimal(part);
  const b = readDecimal(whole);
  if (!a || !b || b.units <= 0n) return null;
  const steps = 100n * 10n ** BigInt(PERCENT_DIGITS);
  const units = (a.units * 10n ** BigInt(b.scale) * steps) / (b.units * 10n ** BigInt(a.scale));
  return writeDecimal({ units, scale: PERCENT_DIGITS });
}
