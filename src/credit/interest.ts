/** Interest by day count, rounded up to the base unit: what is owed is never understated. */
import { assert } from "../errors/index.ts";
import { divide, type Ratio, ratio } from "../money/index.ts";
import { CreditError } from "./errors.ts";
import type { DayCount } from "./types.ts";

const YEAR_DAYS: Record<DayCount, bigint> = { "actual/360": 360n, "actual/365": 365n, "30/360": 360n };
/** A hundred years; a longer loan is a mistake. */
export const DAYS_MAX = 36_525;
/** An accrual index of 1. Eighteen digits: a thousand years of daily steps lose less than a millionth of a base unit per million. */
export const INDEX_ONE = 10n ** 18n;

/**
 * Days between two days (since 1970-01-01) as the convention counts them; the first day counts, the last does not. 30/360 is
 * the bond basis: a day 31 counts as 30 where it starts, and where it ends after a start on 30.
 * @throws CreditError credit_days_out_of_range
 */
export function countDays(from_day: number, to_day: number, day_count: DayCount): bigint {
  const actual = to_day - from_day;
  if (!Number.isSafeInteger(from_day) || !Number.isSafeInteger(to_day) || actual < 0 || actual > DAYS_MAX) {
    throw new CreditError("credit_days_out_of_range", "Interest runs over 0 to 36525 whole days.");
  }
  if (day_count !== "30/360") return BigInt(actual);
  const from = civil(from_day);
  const to = civil(to_day);
  const first = Math.min(from.day, 30);
  const last = first === 30 ? Math.min(to.day, 30) : to.day;
  return BigInt(360 * (to.year - from.year) + 30 * (to.month - from.month) + last - first);
}

/** Part of a principal that is owed for a time, exact. */
export function interestShare(rate: Ratio, from_day: number, to_day: number, day_count: DayCount): Ratio {
  return ratio(rate.num * countDays(from_day, to_day, day_count), rate.den * YEAR_DAYS[day_count]);
}

/** Simple interest in base units, rounded up. @example interestOver(1_000_000n, percent("12"), 0, 30, "actual/360") // 10_000n */
export function interestOver(
  principal: bigint,
  rate: Ratio,
  from_day: number,
  to_day: number,
  day_count: DayCount,
): bigint {
  const share = interestShare(rate, from_day, to_day, day_count);
  return divide(principal * share.num, share.den, "up");
}

/** The accrual index after these days, interest added to the loan at `to_day`; rounded up. */
export function advanceIndex(
  index: bigint,
  rate: Ratio,
  from_day: number,
  to_day: number,
  day_count: DayCount,
): bigint {
  assert(index >= INDEX_ONE, "an accrual index starts at one and never falls");
  const share = interestShare(rate, from_day, to_day, day_count);
  return divide(index * (share.den + share.num), share.den, "up");
}

/** What is lent at `index` as if it had been lent at an index of one, so that the loan is `scaled x index(t)`; rounded up. */
export function scaledDebt(outstanding: bigint, index: bigint): bigint {
  return divide(outstanding * INDEX_ONE * INDEX_ONE, index, "up");
}

/** Base units owed at `index` for a scaled debt, rounded up. */
export function outstandingAt(scaled: bigint, index: bigint): bigint {
  return divide(scaled * index, INDEX_ONE * INDEX_ONE, "up");
}

/** Day of the proleptic Gregorian calendar; after Howard Hinnant's "days to civil". */
function civil(day_number: number): { year: number; month: number; day: number } {
  const z = day_number + 719_468;
  const era = Math.floor(z / 146_097);
  const doe = z - era * 146_097;
  const yoe = Math.floor((doe - Math.floor(doe / 1_460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365);
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100));
  const mp = Math.floor((5 * doy + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return { year: yoe + era * 400 + (month <= 2 ? 1 : 0), month, day: doy - Math.floor((153 * mp + 2) / 5) + 1 };
}
