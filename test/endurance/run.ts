/**
 * The long forms, one command: `node scripts/run.mjs test/endurance/run.ts [kills|pauses|restore|disk-full ...]`. One JSON line
 * per part, and `N passed, N failed` at the end. `--rounds N` (20) kills and pauses so often; `--pause-max S` (120) seconds.
 * `disk-full` needs root; without it that part says so and fails.
 */
import { spawn } from "node:child_process";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type DiskFullResult, fillUnderPglite, fillUnderPostgres } from "./disk_full.ts";
import { missingForSmallDisks } from "./small_disk.ts";

const ROOT = join(import.meta.dirname, "../..");
const STORIES = {
  kills: "however often both are killed",
  pauses: "paused at random",
  restore: "restored from an older",
};
const PARTS = [...Object.keys(STORIES), "disk-full"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "20" }, "pause-max": { type: "string", default: "120" } },
});
const asked = positionals.length === 0 ? PARTS : positionals;
const wrong = asked.filter((part) => !PARTS.includes(part));
if (wrong.length > 0 || !/^\d{1,4}$/.test(values.rounds) || !/^\d{1,4}$/.test(values["pause-max"])) {
  process.stderr.write(`usage: run.ts [--rounds N] [--pause-max S] [${PARTS.join("|")} ...]\n`);
  process.exit(2);
}

let failed = 0;
let passed = 0;
function report(part: string, ok: boolean, facts: object): void {
  if (ok) passed += 1;
  else failed += 1;
  process.stdout.write(`${JSON.stringify({ part, ok, load: loadavg()[0], ...facts })}\n`);
}

async function story(part: keyof typeof STORIES): Promise<void> {
  const started_at = performance.now();
  const env = {
    ...process.env,
    TIDEGATE_TEST_KILL_ROUNDS: values.rounds,
    TIDEGATE_TEST_PAUSE_ROUNDS: values.rounds,
    TIDEGATE_TEST_PAUSE_MAX_S: values["pause-max"],
  };
  const args = ["run", "test/postgres/daemons.test.ts", "--project", "postgres", "-t", STORIES[part]];
  const vitest = join(ROOT, "node_modules", "vitest", "vitest.mjs");
  const child = spawn(process.execPath, [vitest, ...args], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (out += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const seconds = Math.round((performance.now() - started_at) / 1_000);
  const rounds = part === "restore" ? 1 : Number(values.rounds);
  report(part, code === 0, { rounds, seconds, ...(code === 0 ? {} : { said: out.slice(-2_000) }) });
}

async function diskFull(engine: string, run: () => Promise<DiskFullResult>): Promise<void> {
  try {
    const result = await run();
    report(`disk-full ${engine}`, result.problems.length === 0 && result.acked_after > 0, result);
  } catch (error) {
    report(`disk-full ${engine}`, false, { said: error instanceof Error ? error.message : String(error) });
  }
}

for (const part of asked) {
  if (part !== "disk-full") {
    await story(part as keyof typeof STORIES);
    continue;
  }
  const missing = missingForSmallDisks();
  if (missing !== null) report(part, false, { said: missing });
  else {
    await diskFull("pglite", fillUnderPglite);
    await diskFull("postgres", fillUnderPostgres);
  }
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
