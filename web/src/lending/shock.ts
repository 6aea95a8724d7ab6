/** What a fall of prices would do to each loan, for drawing and naming; the counts and amounts are the server's, exact. */
import type { Facility, Stage } from "../api/types.ts";
import { compare, readDecimal, writeDecimal } from "../format/decimal.ts";

const LEVELS = ["initial", "warning", "margin_call", "liquidation"] as const;
const RANK: Readonly<Record<Stage, number>> = { sound: 0, initial: 1, warning: 2, margin_call: 3, liquidation: 4 };
const DIGITS = 2;

/** Loan to value in per cent once everything that stands behind it is worth `to_percent` of now. @example shockedLtv("60.00", 50) // "120.00" */
export function shockedLtv(percent: string, to_percent: number): string {
  return ratioPercent(percent, String(to_percent)) ?? percent;
}

/**
 * How far prices fall until `level` is reached, in per cent with one digit; null where it is reached or nothing falls.
 * @example fallTo("72.00", "80.00") // "10.0"
 */
export function fallTo(ltv: string, level: string): string | null {
  const left = ratioPercent(ltv, level);
  if (left === null || compare(left, "100") !== -1) return null;
  const units = readDecimal(left)?.units ?? 0n;
  const fall = 100n * 10n ** BigInt(DIGITS) - units;
  return writeDecimal({ units: fall / 10n, scale: DIGITS - 1 });
}

/** `a` over `b` in per cent, two digits, rounded up: a loan never looks better than it is. */
function ratioPercent(a: string, b: string): string | null {
  const [part, whole] = [readDecimal(a), readDecimal(b)];
  if (!part || !whole || whole.units <= 0n || part.units < 0n) return null;
  const num = part.units * 10n ** BigInt(whole.scale + 2 + DIGITS);
  const den = whole.units * 10n ** BigInt(part.scale);
  return writeDecimal({ units: (num + den - 1n) / den, scale: DIGITS });
}

export interface Reached {
  readonly facility: Facility;
  readonly stage: Stage;
  readonly ltv: string;
}

/** Loans that would reach a worse level than they stand at, the worst first. */
export function reachedAt(facilities: readonly Facility[], to_percent: number): readonly Reached[] {
  return facilities
    .flatMap((facility): Reached[] => {
      const { ltv, levels, stage } = facility;
      if (ltv.percent === null || ltv.state === "no_loan") return [];
      const after = shockedLtv(ltv.percent, to_percent);
      const level = LEVELS.findLast((name) => isReached(after, levels[name]));
      return level === undefined || RANK[level] <= RANK[stage] ? [] : [{ facility, stage: level, ltv: after }];
    })
    .sort((a, b) => RANK[b.stage] - RANK[a.stage] || (compare(b.ltv, a.ltv) ?? 0));
}

function isReached(ltv: string, level: string | null): boolean {
  return level !== null && compare(ltv, level) !== -1;
}
