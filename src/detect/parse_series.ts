/** A `timestamp,value` table as readings. */
import { DetectError } from "./errors.ts";
import type { Reading } from "./types.ts";

export interface SeriesRow extends Reading {
  /** As it was written. */
  readonly timestamp: string;
}

const ROWS_MAX = 5_000_000;
const DAY_MS = 86_400_000;
const TIME_NAMES: ReadonlySet<string> = new Set(["timestamp", "hour", "time"]);
const TIMESTAMP = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(?:Z|UTC|\+00:?00)?$/;
const UNIX = /^\d{9,13}$/;
const UNIX_SECONDS_MAX = 100_000_000_000;

/**
 * The first line names the columns; `timestamp` and `value` may stand anywhere, and without those names the first two columns
 * are taken. Timestamps are UTC (`2026-01-31 14:05:00`, RFC 3339, or Unix seconds or milliseconds). Lines that begin with `#`
 * are comments. An empty value is a gap and becomes NaN. Order is kept as written.
 * @throws DetectError naming the line
 */
export function parseSeries(text: string): readonly SeriesRow[] {
  const lines = text.split(/\r?\n/);
  const rows: SeriesRow[] = [];
  let columns: readonly [timestamp: number, value: number] | null = null;
  for (const [at, line] of lines.entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const cells = line.split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
    if (columns === null) columns = columnsOf(cells, at + 1);
    else rows.push(rowOf(cells, columns, at + 1));
    if (rows.length > ROWS_MAX) throw new DetectError("series_too_long", `A series has at most ${ROWS_MAX} rows.`);
  }
  if (rows.length === 0)
    throw new DetectError("series_empty", "The series has no rows; write a header and one row each.");
  return rows;
}

function columnsOf(cells: readonly string[], line: number): readonly [number, number] {
  const names = cells.map((cell) => cell.toLowerCase());
  if (areNamed(cells)) return [names.findIndex((name) => TIME_NAMES.has(name)), names.indexOf("value")];
  const named = cells.length >= 2 && instantOf(cells[0] ?? "") === null;
  if (named) return [0, 1];
  throw new DetectError("series_header_missing", `Line ${line} must name the columns: write "timestamp,value".`, {
    line,
  });
}

function rowOf(cells: readonly string[], [timestamp, value]: readonly [number, number], line: number): SeriesRow {
  const written = cells[timestamp] ?? "";
  const at = instantOf(written);
  const text = cells[value] ?? "";
  const number = text === "" || text.toLowerCase() === "nan" ? Number.NaN : Number(text);
  if (
    at === null ||
    (Number.isNaN(number) && text !== "" && text.toLowerCase() !== "nan") ||
    Math.abs(number) === 1 / 0
  ) {
    const what = at === null ? `no time: "${written.slice(0, 40)}"` : `no number: "${text.slice(0, 40)}"`;
    throw new DetectError("series_row_malformed", `Line ${line} has ${what}.`, { line });
  }
  return { at, value: number, timestamp: written };
}

function instantOf(text: string): number | null {
  if (UNIX.test(text)) {
    const number = Number(text);
    return number < UNIX_SECONDS_MAX ? number * 1_000 : number;
  }
  const match = TIMESTAMP.exec(text);
  if (match === null) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  const [y, m, d, h, min, s] = [year ?? 0, month ?? 0, day ?? 0, hour ?? 0, minute ?? 0, second ?? 0];
  const days = (Date.UTC(y, m, 1) - Date.UTC(y, m - 1, 1)) / DAY_MS;
  const valid = m >= 1 && m <= 12 && d >= 1 && d <= days && h < 24 && min < 60 && s < 60;
  return valid ? Date.UTC(y, m - 1, d, h, min, s) : null;
}

/** The two columns that were taken for want of better names, as the file calls them; null where it names `timestamp` and `value`. */
export function guessedColumns(text: string): readonly [string, string] | null {
  const header = text.split(/\r?\n/).find((line) => line.trim() !== "" && !line.startsWith("#"));
  const cells = (header ?? "").split(",").map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
  return areNamed(cells) ? null : [cells[0] ?? "", cells[1] ?? ""];
}

function areNamed(cells: readonly string[]): boolean {
  const names = cells.map((cell) => cell.toLowerCase());
  return names.includes("value") && names.some((name) => TIME_NAMES.has(name));
}
