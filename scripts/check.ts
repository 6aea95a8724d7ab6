/**
 * `npm run check`: types, lint, format, generated files, architecture. Each check runs even when an earlier one failed, and
 * the last line says how many did.
 */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (path: string): string => join(ROOT, "node_modules", path);

const CHECKS: readonly { name: string; args: readonly string[] }[] = [
  { name: "types", args: [bin("typescript/bin/tsc"), "-p", "."] },
  { name: "types of the terminal", args: [bin("typescript/bin/tsc"), "-p", "web"] },
  { name: "types of the browser tests", args: [bin("typescript/bin/tsc"), "-p", "test/browser"] },
  { name: "format and lint", args: [bin("@biomejs/biome/bin/biome"), "ci", "--error-on-warnings", "."] },
  {
    name: "promises",
    args: [bin("oxlint/bin/oxlint"), "--type-aware", "--deny-warnings", "src", "test", "bench", "scripts", "web/src"],
  },
  { name: "generated files", args: ["scripts/generate.ts", "--check"] },
  {
    name: "architecture",
    args: [bin("vitest/vitest.mjs"), "run", "test/architecture", "--config", "vitest.architecture.config.ts"],
  },
];

let failed = 0;
for (const check of CHECKS) {
  process.stderr.write(`-- ${check.name}\n`);
  const done = spawnSync(process.execPath, check.args, { cwd: ROOT, stdio: "inherit" });
  if (done.status !== 0) {
    failed += 1;
    process.stderr.write(`!! ${check.name} failed\n`);
  }
}
process.stderr.write(failed === 0 ? "All checks passed.\n" : `${failed} of ${CHECKS.length} checks failed.\n`);
process.exit(failed === 0 ? 0 : 1);
