/** Instants as RFC 3339 UTC text, by arithmetic alone: a pure room knows no clock and no `Date`. */
import type { Instant } from "../ports/index.ts";

const DAY_MS = 86_400_000;
/** 9999-12-31T23:59:59Z, the last instant RFC 3339 can write. */
const INSTANT_MAX = 253_402_300_799_999;

/**
 * To the second, rounded down; "never" outside the years 1970 to 9999. Calendar: the days-to-civil algorithm over 400-year
 * eras that start on 1 March, so that the leap day is the last of its year.
 * @example instantText(0) // "1970-01-01T00:00:00Z"
 */
export function instantText(instant: Instant): string {
  if (!(instant >= 0 && instant <= INSTANT_MAX)) return "never";
  const days = Math.floor(instant / DAY_MS) + 719_468;
  const era = Math.floor(days / 146_097);
  const day_of_era = days - era * 146_097;
  const year_of_era = Math.floor(
    (day_of_era - Math.floor(day_of_era / 1_460) + Math.floor(day_of_era / 36_524) - Math.floor(day_of_era / 146_096)) /
      365,
  );
  const day_of_year = day_of_era - (365 * year_of_era + Math.floor(year_of_era / 4) - Math.floor(year_of_era / 100));
  const month_from_march = Math.floor((5 * day_of_year + 2) / 153);
  const day = day_of_year - Math.floor((153 * month_from_march + 2) / 5) + 1;
  const month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
  const second = Math.floor((instant % DAY_MS) / 1_000);
  const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  return `${date}T${pad(Math.floor(second / 3_600), 2)}:${pad(Math.floor(second / 60) % 60, 2)}:${pad(second % 60, 2)}Z`;
}

function pad(value: number, width: number): string {
  return value.toString().padStart(width, "0");
}
