/**
 * `npm test`: set up what is missing, build the terminal, run every test, and close with the plain line `N passed, N failed`.
 * A test file that cannot even be loaded, or a part that cannot be had, counts as a failure.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureDependencies, ensureWeb, pickNode, ROOT, runNode, say } from "./setup.mjs";

ensureDependencies();
const node = pickNode();
ensureWeb(node);

const dir = mkdtempSync(join(tmpdir(), "tidegate-test-"));
const report = join(dir, "report.json");
const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
process.chdir(ROOT);
const code = await runNode(node, [
  vitest,
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
const { passed, failed } = count(report, code);
rmSync(dir, { recursive: true, force: true });
say("");
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && passed > 0 && code === 0 ? 0 : 1);

function count(path, exit_code) {
  if (!existsSync(path)) return { passed: 0, failed: 1 };
  const result = JSON.parse(readFileSync(path, "utf8"));
  // A suite that failed to load has no tests of its own, yet it is a failure.
  const unloaded = result.testResults.filter(
    (suite) => suite.status === "failed" && suite.assertionResults.length === 0,
  ).length;
  const skipped = result.numPendingTests + result.numTodoTests;
  if (skipped > 0) say(`${skipped} tests were skipped; nothing may be.`);
  const failed = result.numFailedTests + unloaded + skipped;
  return { passed: result.numPassedTests, failed: failed === 0 && exit_code !== 0 ? 1 : failed };
}
