/**
 * A CSV of flows into a series of equal steps. The first column is the time: UTC (`2022-04-20 00:00:00`, ISO 8601) or a whole
 * number that counts steps. Lines that begin with `#` are comments. Finer rows are summed into the step asked for.
 * An empty cell or a missing row is a step without flows, and is said so in the notes; more than one step in ten missing,
 * a time twice or out of order, a negative or unreadable value: an error that names the line.
 */
import { BacktestError } from "./errors.ts";
import type { FlowSeries } from "./types.ts";

export interface ReadFlowsOptions {
  /** Column of deposits; null for one-way flows. */
  readonly inflow_column: string | null;
  readonly outflow_column: string;
  readonly step_ms: number;
}

export interface ReadFlows {
  readonly flows: FlowSeries;
  /** True when the first column is a time, not a count. */
  readonly dated: boolean;
  /** Stated fallbacks, one sentence each. */
  readonly notes: readonly string[];
}

/** Twenty years of hours. */
export const STEPS_MAX = 200_000;
const GAPS_SHARE_MAX = 0.1;
const HOUR_MS = 3_600_000;

interface Row {
  readonly at: number;
  readonly inflow: number;
  readonly outflow: number;
  readonly empty: boolean;
}

export function readFlows(text: string, options: ReadFlowsOptions): ReadFlows {
  const lines = text.split(/\r?\n/).map((line, at) => ({ line: line.trim(), number: at + 1 }));
  const [header, ...body] = lines.filter(({ line }) => line !== "" && !line.startsWith("#"));
  if (header === undefined || body.length === 0) {
    throw new BacktestError(
      "backtest_file_empty",
      "The file has no row of flows; it needs a header line and rows below it.",
    );
  }
  const names = header.line.split(",").map((name) => name.trim());
  const columns = { inflow: columnOf(names, options.inflow_column), outflow: columnOf(names, options.outflow_column) };
  const dated = !/^\d+$/.test(body[0]?.line.split(",")[0]?.trim() ?? "");
  const rows: Row[] = [];
  for (const { line, number } of body) {
    const row = readRow(line.split(","), number, columns, dated ? null : options.step_ms);
    const before = rows.at(-1);
    if (before !== undefined && row.at <= before.at) {
      const what = row.at === before.at ? "repeats the time of" : "is earlier than";
      throw new BacktestError(
        "backtest_rows_unsorted",
        `Line ${number} ${what} the row before it; sort the file, one row per step.`,
        { line: number },
      );
    }
    rows.push(row);
  }
  return { ...intoSteps(rows, options.step_ms), dated };
}

function columnOf(names: readonly string[], name: string | null): number | null {
  if (name === null) return null;
  const at = names.indexOf(name);
  if (at > 0) return at;
  const have = names.slice(1).slice(0, 12).join(", ");
  throw new BacktestError("backtest_column_unknown", `There is no column "${name}"; the file has ${have}.`, {
    column: name,
  });
}

function readRow(
  cells: readonly string[],
  line: number,
  columns: { readonly inflow: number | null; readonly outflow: number | null },
  counted_step_ms: number | null,
): Row {
  const time = cells[0]?.trim() ?? "";
  const at =
    counted_step_ms === null ? parseInstant(time) : /^\d+$/.test(time) ? Number(time) * counted_step_ms : Number.NaN;
  if (!Number.isFinite(at)) {
    throw new BacktestError(
      "backtest_value_malformed",
      `Line ${line}: "${time}" is not a time; write 2022-04-20 00:00:00 (UTC), or count the steps.`,
      { line },
    );
  }
  const inflow = readCell(cells, columns.inflow, line);
  const outflow = readCell(cells, columns.outflow, line);
  return { at, inflow: inflow ?? 0, outflow: outflow ?? 0, empty: outflow === null };
}

function readCell(cells: readonly string[], column: number | null, line: number): number | null {
  if (column === null) return 0;
  const text = cells[column]?.trim() ?? "";
  if (text === "") return null;
  const value = Number(text);
  if (!Number.isFinite(value)) {
    throw new BacktestError("backtest_value_malformed", `Line ${line}: "${text}" is not a number.`, { line });
  }
  if (value < 0) {
    throw new BacktestError(
      "backtest_negative_flow",
      `Line ${line}: ${text} is negative; give deposits and withdrawals gross, each in its own column.`,
      { line },
    );
  }
  return value;
}

/** UTC whatever the machine's zone; NaN when it is not a time. */
export function parseInstant(text: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?(?:Z|\+00:00)?$/.exec(text);
  if (match === null) return Number.NaN;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(at);
  const clock = hour < 24 && minute < 60 && second < 60;
  return clock && back.getUTCMonth() === month - 1 && back.getUTCDate() === day ? at : Number.NaN;
}

function intoSteps(rows: readonly Row[], step_ms: number): { flows: FlowSeries; notes: string[] } {
  const start_ms = Math.floor((rows[0]?.at ?? 0) / step_ms) * step_ms;
  const last = rows.at(-1)?.at ?? 0;
  const steps = Math.floor((last - start_ms) / step_ms) + 1;
  if (steps > STEPS_MAX) {
    throw new BacktestError(
      "backtest_too_long",
      `The rows span ${steps} steps; at most ${STEPS_MAX} are replayed at once.`,
      { steps },
    );
  }
  const inflow = new Float64Array(steps);
  const outflow = new Float64Array(steps);
  const seen = new Uint8Array(steps);
  for (const row of rows) {
    const at = Math.floor((row.at - start_ms) / step_ms);
    inflow[at] = (inflow[at] ?? 0) + row.inflow;
    outflow[at] = (outflow[at] ?? 0) + row.outflow;
    if (!row.empty) seen[at] = 1;
  }
  const missing = seen.reduce((sum, one) => sum + (one === 0 ? 1 : 0), 0);
  if (missing > GAPS_SHARE_MAX * steps) {
    throw new BacktestError(
      "backtest_too_many_gaps",
      `${missing} of ${steps} steps have no row or an empty cell; more than one in ten is not a history. Check --step.`,
      { missing, steps },
    );
  }
  const finer = rows.length > steps;
  const notes = [
    ...(missing > 0
      ? [`${missing} of ${steps} steps have no row or an empty cell; they count as steps without flows.`]
      : []),
    ...(finer ? [`${rows.length} rows were summed into ${steps} steps of ${step_ms / HOUR_MS} h.`] : []),
  ];
  return { flows: { step_ms, start_ms, inflow, outflow }, notes };
}
