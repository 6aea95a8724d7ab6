/**
 * `npm run conformance`: every venue through the whole suite with all its seeded runs, as a table venue x case. What was passed, and
 * what a venue cannot have and why, is kept in `src/venues/conformance/results.json`, from which the reference is generated.
 * `--runs N`: other than 200 seeded runs; `--only PATH`: one test file, and nothing is kept.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type ConformanceResults, conformanceTable, readReport } from "./conformance_results.ts";

const ROOT = join(import.meta.dirname, "..");
const RESULTS = join(ROOT, "src", "venues", "conformance", "results.json");

const { values } = parseArgs({ options: { runs: { type: "string", default: "200" }, only: { type: "string" } } });
const folder = mkdtempSync(join(tmpdir(), "tidegate-conformance-"));
const report = join(folder, "report.json");
try {
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const files = values.only ?? "conformance.test.ts";
  const args = [vitest, "run", files, "--project", "house", "--reporter=json", `--outputFile=${report}`];
  const env = { ...process.env, CONFORMANCE_RUNS: values.runs };
  spawnSync(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", "ignore", "inherit"] });
  const { results, failures } = readReport(JSON.parse(readFileSync(report, "utf8")), Number(values.runs));
  process.stdout.write(`${conformanceTable(results)}\n`);
  for (const failure of failures) process.stderr.write(`FAILED ${failure}\n`);
  if (failures.length > 0) process.exitCode = 1;
  else if (values.only === undefined) keep(results);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function keep(results: ConformanceResults): void {
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
  process.stderr.write("Kept in src/venues/conformance/results.json; `npm run generate` puts it into the reference.\n");
}
