/** Time for people: UTC first, local on hover, ages that tick. Every function takes `now`; the server's clock is the one clock. */
import { MISSING } from "./amount.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** @example formatTime("2026-11-21T14:02:11.000Z") // "14:02:11" */
export function formatTime(instant: string | null | undefined): string {
  const at = read(instant);
  return at === null ? MISSING : new Date(at).toISOString().slice(11, 19);
}

/** @example formatDateTime("2026-11-21T14:02:11.000Z") // "2026-11-21 14:02:11" */
export function formatDateTime(instant: string | null | undefined): string {
  const at = read(instant);
  return at === null ? MISSING : new Date(at).toISOString().slice(0, 19).replace("T", " ");
}

/** For the hover: the same instant where the person sits, and the exact UTC text. */
export function formatLocal(instant: string | null | undefined): string {
  const at = read(instant);
  return at === null ? "" : `${new Date(at).toLocaleString()} local \u00b7 ${new Date(at).toISOString()}`;
}

/**
 * @example formatDuration(75_000) // "1m 15s"
 * @example formatDuration(7_500_000) // "2h 5m"
 */
export function formatDuration(ms: number): string {
  const value = Math.max(0, ms);
  if (value < MINUTE_MS) return `${Math.floor(value / SECOND_MS)}s`;
  if (value < HOUR_MS) return two(value, MINUTE_MS, "m", SECOND_MS, "s");
  if (value < DAY_MS) return two(value, HOUR_MS, "h", MINUTE_MS, "m");
  return two(value, DAY_MS, "d", HOUR_MS, "h");
}

function two(value: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = Math.floor((value % big) / small);
  return `${Math.floor(value / big)}${bigName}${rest === 0 ? "" : ` ${rest}${smallName}`}`;
}

const MINUTES_PER_HOUR = 60;

/**
 * How fast a sandbox runs, from hours of treasury time per second.
 * @example formatPace(1) // "1 h"
 * @example formatPace(1 / 3) // "20 min"
 */
export function formatPace(hours: number): string {
  const minutes = Math.round(hours * MINUTES_PER_HOUR);
  if (minutes >= MINUTES_PER_HOUR) return `${Math.round(hours * 10) / 10} h`;
  return minutes >= 1 ? `${minutes} min` : `${Math.round(hours * MINUTES_PER_HOUR * 60)} s`;
}

/** Age of an instant at `now`, both in milliseconds since the epoch or RFC 3339. */
export function formatAge(instant: string | null | undefined, now: number): string {
  const at = read(instant);
  return at === null ? MISSING : formatDuration(now - at);
}

/** Milliseconds since the epoch; null when absent or not a time. */
export function read(instant: string | null | undefined): number | null {
  if (instant === null || instant === undefined) return null;
  const at = Date.parse(instant);
  return Number.isNaN(at) ? null : at;
}

/**
 * A clock that runs down, to the second.
 * @example formatCountdown(93_784_000) // "1d 02:03:04"
 */
export function formatCountdown(ms: number): string {
  const value = Math.max(0, ms);
  const two_digits = (count: number): string => String(Math.floor(count)).padStart(2, "0");
  const days = Math.floor(value / DAY_MS);
  const clock = [(value % DAY_MS) / HOUR_MS, (value % HOUR_MS) / MINUTE_MS, (value % MINUTE_MS) / SECOND_MS];
  return `${days === 0 ? "" : `${days}d `}${clock.map(two_digits).join(":")}`;
}
