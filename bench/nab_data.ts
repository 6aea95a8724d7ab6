/** Reads a directory laid out as the Numenta Anomaly Benchmark: `labels/combined_windows.json` and the series it names. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseSeries } from "../src/detect/index.ts";
import type { NabSeries } from "./nab_scorer.ts";

/** @throws Error when the labels name a window that its series does not have */
export async function readNab(directory: string): Promise<readonly NabSeries[]> {
  const labels = await readFile(join(directory, "labels", "combined_windows.json"), "utf8");
  const windows = JSON.parse(labels) as Readonly<Record<string, readonly (readonly [string, string])[]>>;
  const names = Object.keys(windows).sort();
  return Promise.all(names.map(async (name) => readSeries(directory, name, windows[name] ?? [])));
}

async function readSeries(
  directory: string,
  name: string,
  labels: readonly (readonly [string, string])[],
): Promise<NabSeries> {
  // The benchmark repeats an hour where summer time ends; windows are found by their first row of that time.
  const rows = parseSeries(await readFile(join(directory, name), "utf8"));
  const timestamps = rows.map((row) => row.at);
  const windows = labels.map(([from, to]) => [rowOf(timestamps, from, name), rowOf(timestamps, to, name)] as const);
  return { name, timestamps, values: rows.map((row) => row.value), windows };
}

function rowOf(timestamps: readonly number[], text: string, name: string): number {
  const row = timestamps.indexOf(Date.parse(`${text.slice(0, 19).replace(" ", "T")}Z`));
  if (row < 0) throw new Error(`${name} has no row at ${text}, where a window begins or ends.`);
  return row;
}
