/** Amounts and percentages as people read them: grouped, aligned, with a true minus; the exact value is never lost. */
import { readDecimal, writeDecimal } from "./decimal.ts";

const MINUS = "\u2212";
/** What stands where a value is not known. */
export const MISSING = "\u2014";

/** Fraction digits in tables; the drawer shows all. */
const TABLE_DIGITS: Readonly<Record<string, number>> = { BTC: 4, ETH: 6, SOL: 4 };
const TABLE_DIGITS_DEFAULT = 2;

export function tableDigits(asset: string): number {
  return TABLE_DIGITS[asset] ?? TABLE_DIGITS_DEFAULT;
}

export interface AmountStyle {
  /** Fraction digits; cut, never rounded up, so that no balance is overstated. All of them when absent. */
  readonly digits?: number;
  /** Flows always carry their sign. */
  readonly sign?: boolean;
}

/**
 * @example formatAmount("360000.000000", { digits: 2 }) // "360,000.00"
 * @example formatAmount("0.0004", { digits: 2 }) // "0.0004": a value that is not zero never reads as zero
 */
export function formatAmount(text: string | null | undefined, style: AmountStyle = {}): string {
  const value = text === null || text === undefined ? null : readDecimal(text);
  if (!value) return MISSING;
  const plain = writeDecimal({ units: value.units < 0n ? -value.units : value.units, scale: value.scale });
  const [whole = "0", fraction = ""] = plain.split(".");
  const shown = cutFraction(whole, fraction, style.digits);
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return signOf(value.units, style.sign) + grouped + (shown === "" ? "" : `.${shown}`);
}

function cutFraction(whole: string, fraction: string, digits: number | undefined): string {
  if (digits === undefined) return fraction;
  const cut = fraction.slice(0, digits).padEnd(digits, "0");
  const lost = /^0+$/.test(whole) && /^0*$/.test(cut) && /[1-9]/.test(fraction);
  return lost ? fraction.replace(/0+$/, "") : cut;
}

function signOf(units: bigint, always: boolean | undefined): string {
  if (units < 0n) return MINUS;
  return always && units > 0n ? "+" : "";
}

/** Digits that a price has at least, before its zeros. */
const PRICE_SIGNIFICANT = 6;
const PRICE_FRACTION_MIN = 2;

/**
 * What one whole of something costs: with as many digits as its size needs, cut, never rounded up.
 * @example formatPrice("90123.4567") // "90,123.45"
 * @example formatPrice("0.99970000") // "0.9997"
 * @example formatPrice("0.0000123456789") // "0.0000123456"
 */
export function formatPrice(text: string | null | undefined): string {
  const value = text === null || text === undefined ? null : readDecimal(text);
  if (!value) return MISSING;
  const digits = (value.units < 0n ? -value.units : value.units).toString();
  // Digits before the point; below one, less than nothing.
  const whole = value.units === 0n ? 1 : digits.length - value.scale;
  const shown = Math.max(PRICE_FRACTION_MIN, PRICE_SIGNIFICANT - whole);
  const [integer = "0", fraction = ""] = formatAmount(text, { digits: shown }).split(".");
  const needed = fraction.replace(/0+$/, "").padEnd(PRICE_FRACTION_MIN, "0");
  return `${integer}.${needed}`;
}

/** A percentage with one decimal, half away from zero, exact: the text never passes through a float. */
export function formatPercent(text: string | null | undefined, style: { sign?: boolean; unit?: string } = {}): string {
  const value = text === null || text === undefined ? null : readDecimal(text);
  if (!value) return MISSING;
  return `${formatAmount(roundTo(value, 1), style.sign ? { sign: true } : {})}\u00a0${style.unit ?? "%"}`;
}

function roundTo(value: { units: bigint; scale: number }, digits: number): string {
  if (value.scale <= digits) {
    return writeDecimal({ units: value.units * 10n ** BigInt(digits - value.scale), scale: digits });
  }
  const step = 10n ** BigInt(value.scale - digits);
  const half = value.units < 0n ? -(step / 2n) : step / 2n;
  return writeDecimal({ units: (value.units + half) / step, scale: digits });
}

/** An amount as it must be typed to confirm: no grouping, no trailing zeros. */
export function plainAmount(text: string): string {
  const value = readDecimal(text);
  if (!value) return text;
  const plain = writeDecimal(value);
  return plain.includes(".") ? plain.replace(/0+$/, "").replace(/\.$/, "") : plain;
}

const GROUPED = /^[1-9]\d{0,2}(?<separator>[,\s_])\d{3}(?:\k<separator>\d{3})*(?:\.\d+)?$/;

/**
 * What was typed, without the separators between groups of three digits. Anything else stays as it is, and is no amount then: a
 * comma where others write a point would make ten or a hundred times as much of it.
 * @example typedAmount("12,500.25") // "12500.25"
 * @example typedAmount("1,5") // "1,5"
 */
export function typedAmount(typed: string): string {
  const text = typed.trim();
  return GROUPED.test(text) ? text.replace(/[,\s_]/g, "") : text;
}

/** Whether an amount was typed. */
export function isAmount(typed: string): boolean {
  return typed.trim() !== "" && amountProblem(typed) === undefined;
}

/** What is wrong with what was typed; undefined while nothing is typed, and for an amount. */
export function amountProblem(typed: string): string | undefined {
  const text = typedAmount(typed);
  if (text === "" || /^\d+(\.\d+)?$/.test(text)) return undefined;
  return "Write it like 1500 or 1,500.50: a comma stands between thousands only.";
}

/** True when a person's typing says exactly this amount; separators of thousands are forgiven, digits are not. */
export function sameAmount(typed: string, amount: string): boolean {
  const clean = typedAmount(typed);
  return readDecimal(clean) !== null && plainAmount(clean) === plainAmount(amount);
}
