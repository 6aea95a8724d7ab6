/**
 * `npm run conformance`: every venue through the whole suite with all its seeded runs, as a table venue x case. What was passed, and
 * what a venue cannot have and why, is kept in `src/venues/conformance/results.json`, from which the reference is generated.
 * `--runs N`: other than 200 seeded runs, and nothing is kept; `--only PATH`: one test file, whose venues replace what was kept of them.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type ConformanceResults, conformanceTable, mergeResults, readReport } from "./conformance_results.ts";

const ROOT = join(import.meta.dirname, "..");
/** Of each venue, as the goal has it; results of fewer are not worth keeping. */
const RUNS = 200;
const RESULTS = join(ROOT, "src", "venues", "conformance", "results.json");

const { values } = parseArgs({
  options: { runs: { type: "string", default: String(RUNS) }, only: { type: "string" } },
});
const folder = mkdtempSync(join(tmpdir(), "tidegate-conformance-"));
const report = join(folder, "report.json");
try {
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const files = values.only ?? "conformance.test.ts";
  const args = [vitest, "run", files, "--project", "house", "--reporter=json", `--outputFile=${report}`];
  const env = { ...process.env, CONFORMANCE_RUNS: values.runs };
  spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", "ignore", "inherit"] });
  const run = readReport(JSON.parse(readFileSync(report, "utf8")), Number(values.runs));
  process.stdout.write(`${conformanceTable(run.results)}\n`);
  for (const failure of run.failures) process.stderr.write(`FAILED ${failure}\n`);
  if (run.failures.length > 0) process.exitCode = 1;
  const kept = JSON.parse(readFileSync(RESULTS, "utf8")) as ConformanceResults;
  if (Number(values.runs) === RUNS) keep(mergeResults(kept, run));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function keep(results: ConformanceResults): void {
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
  process.stderr.write("Kept in src/venues/conformance/results.json; `npm run generate` puts it into the reference.\n");
}
