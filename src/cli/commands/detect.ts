/** `detect`: scores a series as if it came in row by row. */
import { readFile } from "node:fs/promises";
import {
  createSeriesState,
  guessedColumns,
  parseSeries,
  SERIES_THRESHOLD,
  type SeriesRow,
  scoreReading,
} from "../../detect/index.ts";
import { type CliContext, type Register, verb, withJson } from "../command.ts";
import { CliError } from "../errors.ts";
import { answer, table } from "../output.ts";

interface DetectFlags {
  readonly series: string;
  readonly json?: boolean;
}

interface ScoredRow {
  readonly timestamp: string;
  readonly value: number | null;
  /** In [0, 1]. */
  readonly score: number;
  /** Surprises that made the score, in powers of ten. */
  readonly range: number;
  readonly level: number;
  readonly season: number;
}

interface DetectReport {
  readonly series: string;
  readonly rows: number;
  readonly threshold: number;
  readonly anomalies: number;
  readonly warnings: readonly string[];
  readonly scores: readonly ScoredRow[];
}

const DIGITS = 1e6;

export const registerDetect: Register = (program, context) => {
  const command = verb("detect", "Score a series row by row, never looking ahead", [
    "detect --series outflow.csv",
    "detect --series outflow.csv --json",
  ]).requiredOption("--series <file>", "CSV with the columns timestamp and value");
  program.addCommand(withJson(command).action((flags: DetectFlags) => detect(flags, context)));
};

async function detect({ series, json }: DetectFlags, { io }: CliContext): Promise<void> {
  const text = await readText(series);
  const rows = parseSeries(text);
  const state = createSeriesState();
  const scores = rows.map((row) => {
    const { score, range, level, season } = scoreReading(state, row);
    const value = Number.isFinite(row.value) ? row.value : null;
    return { timestamp: row.timestamp, value, score, range: tidy(range), level: tidy(level), season: tidy(season) };
  });
  const warnings = [...columnsTaken(text), ...warningsOf(rows)];
  for (const warning of warnings) io.err(`${warning}\n`);
  const anomalies = scores.filter(({ score }) => score >= SERIES_THRESHOLD).length;
  answer(io, json, { series, rows: rows.length, threshold: SERIES_THRESHOLD, anomalies, warnings, scores }, print);
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new CliError("file_unreadable", `Cannot read the series "${file}".`, { file }, cause);
  }
}

function columnsTaken(text: string): string[] {
  const taken = guessedColumns(text);
  if (taken === null) return [];
  return [
    `No column is called timestamp and value: "${taken[0]}" is taken for the time and "${taken[1]}" for the value.`,
  ];
}

function warningsOf(rows: readonly SeriesRow[]): string[] {
  const gaps = rows.filter(({ value }) => Number.isNaN(value)).length;
  const backwards = rows.filter(({ at }, index) => index > 0 && at < (rows[index - 1]?.at ?? at)).length;
  const repeated = rows.filter(({ at }, index) => index > 0 && at === rows[index - 1]?.at).length;
  const missing = missingSteps(rows);
  return [
    ...(missing > 0
      ? [
          `${missing} steps are missing between rows: they are not filled, and the rows around them count as neighbours.`,
        ]
      : []),
    ...(gaps > 0 ? [`${gaps} rows have no value: they score 0 and teach nothing.`] : []),
    ...(backwards > 0 ? [`${backwards} rows are earlier than the row before them: scored in the order written.`] : []),
    ...(repeated > 0 ? [`${repeated} rows repeat the time before them: each is scored as a reading of its own.`] : []),
  ];
}

/** Steps left out, by the usual distance of two rows. */
function missingSteps(rows: readonly SeriesRow[]): number {
  const distances = rows.flatMap(({ at }, index) => (index > 0 ? [at - (rows[index - 1]?.at ?? at)] : []));
  const forward = distances.filter((distance) => distance > 0).sort((a, b) => a - b);
  const usual = forward[Math.floor((forward.length - 1) / 2)];
  if (usual === undefined) return 0;
  return forward.reduce((sum, distance) => sum + Math.max(0, Math.round(distance / usual) - 1), 0);
}

function print({ series, rows, anomalies, scores }: DetectReport): string {
  const found = scores.filter(({ score }) => score >= SERIES_THRESHOLD);
  const cells = found.map((row) => [
    row.timestamp,
    String(row.value),
    row.score.toPrecision(3),
    ...[row.range, row.level, row.season].map((part) => part.toPrecision(3)),
  ]);
  const head = `${series}: ${anomalies} of ${rows} rows score at least ${SERIES_THRESHOLD}\n`;
  return anomalies === 0
    ? head
    : `${head}\n${table(["timestamp", "value", "score", "range", "level", "season"], cells)}`;
}

function tidy(value: number): number {
  return Math.round(value * DIGITS) / DIGITS;
}
