/**
 * The series detector on the Numenta Anomaly Benchmark:
 * `node scripts/run.mjs bench/nab.ts --data DIR [--json]`, with DIR laid out as the benchmark's own repository (`labels/` and
 * the folders it names). The detector's parameters are frozen in `src/detect/score_series.ts`.
 *
 * Three figures: `all` as the benchmark defines it, with one threshold that is best for all series; `frozen`, at the threshold
 * that is written in the code; and `transfer`, where the threshold is chosen on one half of the series and scored on the other.
 */
import { parseArgs } from "node:util";
import { createSeriesState, SERIES_THRESHOLD, scoreReading } from "../src/detect/index.ts";
import { readNab } from "./nab_data.ts";
import { NAB_PROFILES, type NabProfile, type NabScore, type NabSeries, optimise, scoreAt } from "./nab_scorer.ts";

export interface NabReport {
  readonly series: number;
  readonly rows: number;
  readonly milliseconds: number;
  readonly profiles: readonly {
    readonly profile: string;
    readonly all: NabScore;
    readonly frozen: NabScore;
    /** Threshold from the tuning half (even places by name), score on the other; and the other way round. */
    readonly transfer: readonly [NabScore, NabScore];
  }[];
  readonly tuning: readonly string[];
  readonly test: readonly string[];
}

export function detectorScores({ timestamps, values }: NabSeries): Float64Array {
  const state = createSeriesState();
  return Float64Array.from(values, (value, at) => scoreReading(state, { at: timestamps[at] ?? 0, value }).score);
}

export function reportNab(series: readonly NabSeries[], now_ms: () => number): NabReport {
  const started_ms = now_ms();
  const scores = series.map(detectorScores);
  const milliseconds = now_ms() - started_ms;
  const half = (rest: number): { series: NabSeries[]; scores: Float64Array[] } => ({
    series: series.filter((_, at) => at % 2 === rest),
    scores: scores.filter((_, at) => at % 2 === rest),
  });
  const [tuning, test] = [half(0), half(1)];
  const cross = (from: typeof tuning, to: typeof tuning, profile: NabProfile): NabScore =>
    scoreAt(to.series, to.scores, profile, optimise(from.series, from.scores, profile).threshold);
  return {
    series: series.length,
    rows: series.reduce((sum, one) => sum + one.values.length, 0),
    milliseconds,
    profiles: NAB_PROFILES.map((profile) => ({
      profile: profile.name,
      all: optimise(series, scores, profile),
      frozen: scoreAt(series, scores, profile, SERIES_THRESHOLD),
      transfer: [cross(tuning, test, profile), cross(test, tuning, profile)],
    })),
    tuning: tuning.series.map((one) => one.name),
    test: test.series.map((one) => one.name),
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { data: { type: "string" }, json: { type: "boolean" } } });
  if (values.data === undefined) throw new Error("Name the benchmark's directory: --data DIR.");
  const report = reportNab(await readNab(values.data), () => performance.now());
  if (values.json === true) {
    process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  process.stdout.write(
    `${report.series} series, ${report.rows} rows, scored in ${report.milliseconds.toFixed(0)} ms\n`,
  );
  for (const { profile, all, frozen, transfer } of report.profiles) {
    const found = `${all.windows_found} of ${all.windows} windows, ${all.false_rows} false rows`;
    const halves = transfer.map(({ score }) => score.toFixed(1)).join(" and ");
    process.stdout.write(
      `${profile}: ${all.score.toFixed(1)} (${found}); at the frozen threshold ${frozen.score.toFixed(1)}; threshold of the other half ${halves}\n`,
    );
  }
}

if (import.meta.main) await main();
