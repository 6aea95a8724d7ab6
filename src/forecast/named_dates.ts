/** Days that people gave a name, such as holidays, in UTC: the forecast learns how far they lie from a usual day. */
import { instantText } from "../policy/index.ts";
import type { Instant } from "../ports/index.ts";
import type { Calendar } from "./types.ts";

export interface NamedDates {
  readonly name: string;
  /** `2026-12-25` for one year, `12-25` for every one. */
  readonly dates: readonly string[];
}

const DATE = /^(?:(\d{4})-)?(\d{2})-(\d{2})$/;
const DAYS_OF_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MONTH_AT = 5;
const DATE_LENGTH = 10;

/** True for a day that exists; 02-29 is one, in the years that have it. @example isNamedDate("02-30") // false */
export function isNamedDate(text: string): boolean {
  const [, year, month, day] = DATE.exec(text) ?? [];
  const most = DAYS_OF_MONTH[Number(month) - 1];
  if (most === undefined || Number(day) < 1 || Number(day) > most) return false;
  return year === undefined || month !== "02" || day !== "29" || isLeap(Number(year));
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** The name of the day of an instant; of several the first. @example dayName([{ name: "xmas", dates: ["12-25"] }], 1_798_156_800_000) // "xmas" */
export function dayName(named: readonly NamedDates[], at: Instant): string | null {
  const date = instantText(at).slice(0, DATE_LENGTH);
  return named.find(({ dates }) => dates.includes(date) || dates.includes(date.slice(MONTH_AT)))?.name ?? null;
}

/** The calendar of a state whose first observation began at `start`; undefined where no day has a name. */
export function stepCalendar(named: readonly NamedDates[], start: Instant, step_hours: number): Calendar | undefined {
  if (named.length === 0) return undefined;
  const known = new Map<number, string | null>();
  return (step) => {
    const at = start + step * step_hours * HOUR_MS;
    const day = Math.floor(at / DAY_MS);
    const name = known.get(day);
    if (name !== undefined) return name;
    const found = dayName(named, at);
    known.set(day, found);
    return found;
  };
}
