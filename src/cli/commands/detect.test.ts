import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createComposition } from "../../compose/index.ts";
import { runCli } from "../run_cli.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tidegate-detect-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const text = { out: "", err: "" };
  const io = {
    env: {},
    is_tty: false,
    out: (part: string) => {
      text.out += part;
    },
    err: (part: string) => {
      text.err += part;
    },
    ask: () => Promise.resolve(""),
    untilSignal: () => Promise.resolve("SIGTERM"),
  };
  return { code: await runCli(argv, createComposition({}), io), ...text };
}

async function file(name: string, lines: readonly string[]): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, `${lines.join("\n")}\n`);
  return path;
}

const hour = (row: number): string => new Date(Date.UTC(2030, 0, 1) + row * 3_600_000).toISOString();

describe("detect", () => {
  it("gives one score per row, finds the spike, and says what was unusual", async () => {
    const rows = Array.from({ length: 400 }, (_, row) => `${hour(row)},${row === 300 ? 900 : 100 + ((row * 37) % 11)}`);
    const series = await file("spike.csv", ["timestamp,value", ...rows]);
    const { code, out, err } = await run("detect", "--series", series, "--json");
    expect([code, err]).toEqual([0, ""]);
    const report = JSON.parse(out) as { rows: number; threshold: number; scores: { score: number; range: number }[] };
    expect(report.rows).toBe(400);
    expect(report.scores).toHaveLength(400);
    expect(report.scores[300]?.score).toBeGreaterThanOrEqual(report.threshold);
    expect(report.scores[300]?.range).toBeGreaterThan(3);
    const people = await run("detect", "--series", series);
    expect(people.out).toContain(hour(300));
  });

  it("counts the steps that are missing between rows", async () => {
    const rows = Array.from({ length: 30 }, (_, row) => `${hour(row < 10 ? row : row + 6)},${100 + (row % 5)}`);
    const { err } = await run("detect", "--series", await file("gap.csv", ["timestamp,value", ...rows]));
    expect(err).toContain("6 steps are missing between rows");
  });

  it("says on stderr what it did with gaps, repeats and rows out of order", async () => {
    const series = await file("odd.csv", [
      "timestamp,value",
      `${hour(3)},1`,
      `${hour(3)},2`,
      `${hour(1)},`,
      `${hour(2)},4`,
    ]);
    const { code, out, err } = await run("detect", "--series", series, "--json");
    expect(code).toBe(0);
    expect(err).toContain("1 rows have no value");
    expect(err).toContain("1 rows are earlier");
    expect(err).toContain("1 rows repeat");
    expect((JSON.parse(out) as { scores: { value: number | null }[] }).scores[2]?.value).toBeNull();
  });

  it("refuses what is no series, with the line", async () => {
    const series = await file("bad.csv", ["timestamp,value", `${hour(0)},x`]);
    expect(await run("detect", "--series", series)).toMatchObject({ code: 2, err: expect.stringContaining("Line 2") });
    const missing = await run("detect", "--series", join(directory, "none.csv"), "--json");
    expect([missing.code, JSON.parse(missing.err)]).toMatchObject([1, { code: "file_unreadable" }]);
    expect((await run("detect")).code).toBe(2);
  });
});
