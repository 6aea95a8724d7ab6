/**
 * `npm run assurance`: runs the simulator at length and writes what it found to `docs/explanation/assurance.md`. It runs on a clean
 * tree, so that the commit on the page is what was run; it keeps what is done, so that a second start goes on where the first
 * was stopped. `--seeds N` and `--pairs N` set how much, `--minutes N` when to begin nothing new: the page says how much it was.
 */
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { assurancePage } from "./assurance_page.ts";
import { type Answer, runPool } from "./assurance_pool.ts";
import { crashesOf, mutantsOf, nameOf, type Result, seedsOf, type Task, tasksOf } from "./assurance_tasks.ts";

const ROOT = join(import.meta.dirname, "..");
const PAGE = "docs/explanation/assurance.md";
const WORKERS_MAX = 2;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "300" },
    pairs: { type: "string", default: "380" },
    minutes: { type: "string", default: "15" },
  },
});
const say = (text: string): void => void process.stderr.write(`${text}\n`);
const git = (...args: string[]): string => execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();

const dirty = git("status", "--porcelain", "--untracked-files=all", "--", ".", `:!${PAGE}`);
if (dirty.length > 0) {
  say(`Commit first: the page names a commit, and this tree is another.\n${dirty}`);
  process.exit(2);
}
const commit = git("rev-parse", "--short=12", "HEAD");
const notes = join(ROOT, "node_modules", ".cache", "tidegate-assurance", `${commit}.jsonl`);
mkdirSync(dirname(notes), { recursive: true });

/** What an earlier start of the same commit has done. */
const done = new Map<string, Result>();
if (existsSync(notes)) {
  for (const line of readFileSync(notes, "utf8").split("\n").filter(Boolean)) {
    const { name, result } = JSON.parse(line) as { name: string; result: Result };
    done.set(name, result);
  }
}
const tasks = tasksOf({ seeds: Number(values.seeds), pairs: Number(values.pairs) });
const waiting = tasks.filter((task) => !done.has(nameOf(task)));
if (done.size > 0) say(`${tasks.length - waiting.length} of ${tasks.length} parts are done already`);
const stop_at = performance.now() + Number(values.minutes) * 60_000;

const failures: string[] = [];
await runPool({ workers: Math.min(WORKERS_MAX, availableParallelism()), next, onAnswer: note });

const left = waiting.length;
const results = tasks.flatMap((task) => done.get(nameOf(task)) ?? []);
const run = { commit, seeds: seedsOf(results), mutants: mutantsOf(results), crashes: crashesOf(results), left };
writeFileSync(join(ROOT, PAGE), assurancePage(run));
say(`wrote ${PAGE}${left > 0 ? `; ${left} parts were not begun in time: start again to go on` : ""}`);
const survivors = run.mutants.filter(({ caught }) => !caught).map(({ name }) => name);
const bad = run.seeds.violations.length + run.crashes.violations.length + survivors.length + failures.length;
if (bad > 0) {
  say(`Violations: ${run.seeds.violations.length} under seeds, ${run.crashes.violations.length} at crash points.`);
  say(`Survivors: ${survivors.join(", ") || "none"}. Failed parts: ${failures.join("; ") || "none"}.`);
  process.exitCode = 1;
}

function note(task: Task, answer: Answer): void {
  const name = nameOf(task);
  if (answer.result === undefined) {
    failures.push(`${name}: ${answer.failure ?? "the worker died"}`);
    say(`${name} FAILED`);
    return;
  }
  done.set(name, answer.result);
  appendFileSync(notes, `${JSON.stringify({ name, result: answer.result })}\n`);
  say(`${done.size} of ${tasks.length}: ${name}${verdict(answer.result)}`);
}

function next(): Task | undefined {
  return performance.now() < stop_at ? waiting.shift() : undefined;
}

function verdict(result: Result): string {
  if (result.kind === "mutant") return result.result.caught ? "" : " SURVIVES";
  const count = result.report.violations.length;
  return count === 0 ? "" : ` ${count} VIOLATIONS, the first under seed ${result.report.violations[0]?.seed}`;
}
