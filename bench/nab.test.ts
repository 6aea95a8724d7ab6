/** The benchmark end to end, on a directory made here: a daily rhythm, and a fault in the middle of each series. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSeededRandom } from "../src/simulate/seeded_random.ts";
import { reportNab } from "./nab.ts";
import { readNab } from "./nab_data.ts";

const ROWS = 3_000;
const STEP_MS = 300_000;
const START = Date.UTC(2030, 0, 1);
let directory = "";

const stamp = (row: number): string => new Date(START + row * STEP_MS).toISOString().replace("T", " ").slice(0, 19);

function csv(seed: number, fault_at: number): string {
  const random = createSeededRandom(seed);
  const lines = ["timestamp,value"];
  for (let row = 0; row < ROWS; row += 1) {
    const season = 50 + 20 * Math.sin((2 * Math.PI * row) / 288);
    const fault = row >= fault_at && row < fault_at + 60 ? 60 : 0;
    lines.push(`${stamp(row)},${(season + 6 * random.next() + fault).toFixed(3)}`);
  }
  return `${lines.join("\n")}\n`;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tidegate-nab-"));
  await mkdir(join(directory, "labels"));
  await mkdir(join(directory, "made"));
  const windows: Record<string, string[][]> = {};
  for (const [at, fault_at] of [1_500, 2_000, 2_400, 1_800].entries()) {
    await writeFile(join(directory, "made", `${at}.csv`), csv(at + 1, fault_at));
    windows[`made/${at}.csv`] = [[`${stamp(fault_at - 100)}.000000`, `${stamp(fault_at + 199)}.000000`]];
  }
  await writeFile(join(directory, "labels", "combined_windows.json"), JSON.stringify(windows));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe("the benchmark", () => {
  it("finds plain faults, and says by which threshold and on which series", async () => {
    const series = await readNab(directory);
    expect(series.map((one) => one.windows)).toEqual([
      [[1_400, 1_699]],
      [[1_900, 2_199]],
      [[2_300, 2_599]],
      [[1_700, 1_999]],
    ]);
    const report = reportNab(series, () => 0);
    expect(report).toMatchObject({ series: 4, rows: 4 * ROWS });
    expect([...report.tuning, ...report.test].sort()).toEqual(series.map((one) => one.name));
    const [standard] = report.profiles;
    expect(standard?.all).toMatchObject({ windows: 4, windows_found: 4 });
    expect(standard?.all.score).toBeGreaterThan(70);
    expect(standard?.frozen.windows_found).toBe(4);
    expect(standard?.all.score).toBeGreaterThanOrEqual(standard?.frozen.score ?? 100);
  });

  it("refuses labels that the series does not bear out", async () => {
    const wrong = { "made/0.csv": [["2029-01-01 00:00:00.000000", "2029-01-02 00:00:00.000000"]] };
    await mkdir(join(directory, "wrong", "labels"), { recursive: true });
    await mkdir(join(directory, "wrong", "made"));
    await writeFile(join(directory, "wrong", "made", "0.csv"), csv(1, 5));
    await writeFile(join(directory, "wrong", "labels", "combined_windows.json"), JSON.stringify(wrong));
    await expect(readNab(join(directory, "wrong"))).rejects.toThrow("made/0.csv has no row at 2029-01-01");
  });
});
