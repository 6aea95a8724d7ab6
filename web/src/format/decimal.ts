/** Exact arithmetic on decimal strings, the only form in which the terminal ever holds an amount. */

/** A decimal as an integer count of 10^-scale. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const DECIMAL = /^([-+]?)(\d+)(?:\.(\d+))?$/;

/** Null for anything that is not a plain decimal string. */
export function readDecimal(text: string): Decimal | null {
  const match = DECIMAL.exec(text.trim());
  if (!match) return null;
  const [, sign = "", whole = "0", fraction = ""] = match;
  const units = BigInt(whole + fraction);
  return { units: sign === "-" ? -units : units, scale: fraction.length };
}

/** The plain decimal string with all `scale` digits. */
export function writeDecimal({ units, scale }: Decimal): string {
  const sign = units < 0n ? "-" : "";
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const cut = digits.length - scale;
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, cut)}.${digits.slice(cut)}`;
}

function align(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale);
  return [a.units * 10n ** BigInt(scale - a.scale), b.units * 10n ** BigInt(scale - b.scale), scale];
}

function operands(a: string, b: string): [bigint, bigint, number] | null {
  const left = readDecimal(a);
  const right = readDecimal(b);
  return left && right ? align(left, right) : null;
}

/** `a - b`, exact; null when either is not a decimal. */
export function subtract(a: string, b: string): string | null {
  const pair = operands(a, b);
  return pair && writeDecimal({ units: pair[0] - pair[1], scale: pair[2] });
}

/** `a + b`, exact; null when either is not a decimal. */
export function add(a: string, b: string): string | null {
  const pair = operands(a, b);
  return pair && writeDecimal({ units: pair[0] + pair[1], scale: pair[2] });
}

/** Exact sum; null when any member is not a decimal. An empty sum is "0". */
export function sum(values: readonly string[]): string | null {
  return values.reduce<string | null>((total, value) => (total === null ? null : add(total, value)), "0");
}

/** -1, 0 or 1; null when either is not a decimal. */
export function compare(a: string, b: string): -1 | 0 | 1 | null {
  const pair = operands(a, b);
  if (!pair) return null;
  if (pair[0] === pair[1]) return 0;
  return pair[0] < pair[1] ? -1 : 1;
}

export function isZero(text: string): boolean {
  return readDecimal(text)?.units === 0n;
}

const FRACTION_STEPS = 1_000_000n;

/**
 * How far `part` is along `whole`, for drawing only: a position on the screen, never an amount. Clamped to 0..1; 0 when
 * either is unreadable or the whole is not positive.
 */
export function drawnFraction(part: string, whole: string): number {
  const pair = operands(part, whole);
  if (!pair || pair[1] <= 0n || pair[0] <= 0n) return 0;
  if (pair[0] >= pair[1]) return 1;
  return Number((pair[0] * FRACTION_STEPS) / pair[1]) / Number(FRACTION_STEPS);
}
