/**
 * `npm run assurance`: runs the simulator at length and writes what it found to `docs/explanation/assurance.md`.
 * `--seeds N`, `--pairs N` and `--stories N` (the first so many) set how much; the page says how much it was.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { crashpoints, runMutants, SCENARIOS, simulate } from "../src/simulate/index.ts";
import { MUTANTS } from "../test/simulation/mutants/index.ts";
import { assurancePage } from "./assurance_page.ts";

const ROOT = join(import.meta.dirname, "..");
const PAGE = "docs/explanation/assurance.md";
const HOURS = 72;
const MUTANT_SEEDS = 1_000;
const EVERY_SEEDS = 50;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "300" },
    pairs: { type: "string", default: "0" },
    stories: { type: "string" },
  },
});
const stopwatch = { now: () => performance.now() };
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const git = (...args: string[]): string => execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();

const mutants = await runMutants(
  {
    mutants: MUTANTS,
    seeds: MUTANT_SEEDS,
    onMutant: (done, { name, caught }) =>
      say(`mutant ${done} of ${MUTANTS.length}: ${name}${caught ? "" : " SURVIVES"}`),
  },
  stopwatch,
);
const seeds = await simulate(
  {
    seeds: Number(values.seeds),
    hours: HOURS,
    onSeed: (done) => (done % EVERY_SEEDS === 0 ? say(`${done} of ${values.seeds} seeds`) : undefined),
  },
  stopwatch,
);
const crashes = await crashpoints(
  {
    pairs: Number(values.pairs),
    scenarios: SCENARIOS.slice(0, values.stories === undefined ? SCENARIOS.length : Number(values.stories)),
    onScenario: (_done, { name, kills }) => say(`${name}: ${kills} kills`),
  },
  stopwatch,
);
const dirty = git("status", "--porcelain", "--", "src").length > 0;
const commit = `${git("rev-parse", "--short=12", "HEAD")}${dirty ? " with changes that are not committed" : ""}`;
writeFileSync(join(ROOT, PAGE), assurancePage({ commit, seeds, mutants, crashes, hours: HOURS }));
say(`wrote ${PAGE}`);
const bad = seeds.violations.length + crashes.violations.length + mutants.survivors.length;
if (bad > 0) {
  say(
    `${seeds.violations.length} violations under seeds, ${crashes.violations.length} at crash points; survivors: ${mutants.survivors.join(", ") || "none"}`,
  );
  process.exitCode = 1;
}
