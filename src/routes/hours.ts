/** Opening hours of a custodian, weekly and in UTC: when it closes, when it opens next, how long a request waits. */
import { TidegateError } from "../errors/index.ts";
import type { Instant } from "../ports/index.ts";

/** Minutes since Monday 00:00 UTC, `to` excluded. */
export interface OpenWindow {
  readonly from: number;
  readonly to: number;
}

export interface Hours {
  /** Null: closed now, or never closing. */
  readonly closes_at: Instant | null;
  /** After `closes_at`, or from now on when it is closed; null: it never closes. */
  readonly opens_at: Instant | null;
  readonly wait_ms: number;
}

const MINUTE_MS = 60_000;
const DAY = 1_440;
const WEEK = 7 * DAY;
/** The epoch was a Thursday. */
const EPOCH_MINUTE = 3 * DAY;
const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
export const HOURS_PATTERN =
  "^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(-(Mon|Tue|Wed|Thu|Fri|Sat|Sun))? \\d\\d:\\d\\d-\\d\\d:\\d\\d$";

/**
 * @throws TidegateError config_hours_malformed
 * @example parseHours("Mon-Fri 09:00-17:00")
 */
export function parseHours(text: string): readonly OpenWindow[] {
  const match = /^([A-Z][a-z]{2})(?:-([A-Z][a-z]{2}))? (\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(text);
  const [, first = "", last = first, ...clock] = match ?? [];
  const [a = 0, b = 0, c = 0, d = 0] = clock.map(Number);
  const [begin, end] = [DAYS.indexOf(first), DAYS.indexOf(last)];
  const [from, to] = [a * 60 + b, c * 60 + d];
  if (begin < 0 || end < begin || b > 59 || d > 59 || from >= to || to > DAY) {
    const message = `"${text}" are no opening hours; write them in UTC like Mon-Fri 09:00-17:00.`;
    throw new TidegateError("invalid", "config_hours_malformed", message);
  }
  return DAYS.slice(begin, end + 1).map((_, at) => ({ from: (begin + at) * DAY + from, to: (begin + at) * DAY + to }));
}

/** No windows: always open. */
export function hoursAt(windows: readonly OpenWindow[], at: Instant): Hours {
  if (windows.length === 0) return { closes_at: null, opens_at: null, wait_ms: 0 };
  const minute = Math.floor(at / MINUTE_MS);
  const instant = (offset: number): Instant => (minute + offset) * MINUTE_MS;
  const isOpen = (offset: number): boolean => {
    const week = (((minute + offset + EPOCH_MINUTE) % WEEK) + WEEK) % WEEK;
    return windows.some(({ from, to }) => week >= from && week < to);
  };
  const next = (open: boolean, since: number): number | null => {
    for (let offset = since; offset <= since + WEEK; offset += 1) if (isOpen(offset) === open) return offset;
    return null;
  };
  if (!isOpen(0)) {
    const opens = next(true, 0) ?? 0;
    return { closes_at: null, opens_at: instant(opens), wait_ms: instant(opens) - at };
  }
  const closes = next(false, 0);
  if (closes === null) return { closes_at: null, opens_at: null, wait_ms: 0 };
  return { closes_at: instant(closes), opens_at: instant(next(true, closes) ?? closes), wait_ms: 0 };
}
