/**
 * Starts the simulator at length as soon as the tests start, in processes that give way to everything else: tests of the whole
 * product wait for clocks, disks and other processes most of the time, and it takes what they leave. Where the results will be
 * goes on through the environment.
 */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runPool } from "../../scripts/assurance_pool.ts";
import { nameOf, type Result, tasksOf } from "../../scripts/assurance_tasks.ts";

export const SEEDS = 300;
const WORKERS = 2;

export interface Background {
  readonly results: readonly Result[];
  readonly failures: readonly string[];
}

export default function setup(): () => Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "tidegate-assurance-"));
  const file = join(dir, "results.json");
  process.env.TIDEGATE_TEST_ASSURANCE = file;
  const end = new AbortController();
  const done = run(file, end.signal);
  return async () => {
    end.abort();
    await done;
    rmSync(dir, { recursive: true });
  };
}

async function run(file: string, signal: AbortSignal): Promise<void> {
  const results: Result[] = [];
  const failures: string[] = [];
  const waiting = tasksOf({ seeds: SEEDS, pairs: 0 }).filter(({ kind }) => kind !== "mutant");
  await runPool({
    workers: WORKERS,
    signal,
    next: () => (signal.aborted ? undefined : waiting.shift()),
    onAnswer: (task, { result, failure }) => {
      if (result === undefined) failures.push(`${nameOf(task)}: ${failure ?? "the worker died"}`);
      else results.push(result);
    },
  });
  const whole: Background = { results, failures };
  writeFileSync(`${file}.part`, JSON.stringify(whole));
  renameSync(`${file}.part`, file);
}
