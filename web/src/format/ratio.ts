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

const FRACTION = /^(\d{1,40})\/(\d{1,40})$/;
const FRACTION_DIGITS = 4;

/**
 * An exact share as signed terms carry it, in per cent; with the fraction itself where the digits do not end.
 * @returns null for anything that is no fraction
 * @example percentOfFraction("60/100") // "60 %"
 * @example percentOfFraction("100/140") // "71.4285… % (100/140)"
 */
export function percentOfFraction(text: string): string | null {
  const [, num, den] = FRACTION.exec(text) ?? [];
  if (num === undefined || den === undefined || BigInt(den) === 0n) return null;
  const steps = 100n * 10n ** BigInt(FRACTION_DIGITS);
  const units = (BigInt(num) * steps) / BigInt(den);
  const shown = writeDecimal({ units, scale: FRACTION_DIGITS });
  if (units * BigInt(den) !== BigInt(num) * steps) return `${shown}\u2026\u00a0% (${text})`;
  return `${shown.replace(/\.?0+$/, "")}\u00a0%`;
}
