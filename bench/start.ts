/**
 * How long `npm start` takes until it is ready, and how much memory it has then and a little later, the first time in a data
 * directory and again in the same one: `node scripts/run.mjs bench/start.ts [--rounds N] [--json]`. Dependencies and the
 * terminal must be there already. Linux only: memory is read from /proc.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { ROOT, startTidegate } from "../test/parts/process.ts";
import { makeWorkplace } from "../test/parts/process_config.ts";

const ROUNDS_DEFAULT = 3;
const ROUNDS_MAX = 100;
/** The peak of the memory is looked at after this: by then every part has worked. */
const WORK_MS = 5_000;
const KB_PER_MB = 1_024;

interface Start {
  readonly ready_ms: number;
  readonly rss_mb: number;
}

export interface BenchStartResult {
  readonly rounds: number;
  /** Medians over the rounds. */
  readonly first_ready_ms: number;
  readonly later_ready_ms: number;
  /** Peaks of the resident memory, `npm start` itself included. */
  readonly first_rss_mb: number;
  readonly later_rss_mb: number;
}

/** @example await benchStart(3) // { first_ready_ms: 3100, later_ready_ms: 1300, ... } */
export async function benchStart(rounds: number): Promise<BenchStartResult> {
  const first: Start[] = [];
  const later: Start[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const place = makeWorkplace();
    try {
      first.push(await startOnce(place.data_dir));
      later.push(await startOnce(place.data_dir));
    } finally {
      place.remove();
    }
  }
  return {
    rounds,
    first_ready_ms: median(first.map(({ ready_ms }) => ready_ms)),
    later_ready_ms: median(later.map(({ ready_ms }) => ready_ms)),
    first_rss_mb: median(first.map(({ rss_mb }) => rss_mb)),
    later_rss_mb: median(later.map(({ rss_mb }) => rss_mb)),
  };
}

async function startOnce(data_dir: string): Promise<Start> {
  const launch = { command: process.execPath, env: { TIDEGATE_DATA: data_dir } };
  const tidegate = await startTidegate([join(ROOT, "scripts", "start.mjs")], launch);
  try {
    await sleep(WORK_MS);
    return { ready_ms: tidegate.ready_ms, rss_mb: Math.ceil(tidegate.peakMemoryKb() / KB_PER_MB) };
  } finally {
    await tidegate.stop();
  }
}

/** The upper one of the two in the middle. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

if (process.argv[1] === import.meta.filename) {
  const options = { rounds: { type: "string", default: String(ROUNDS_DEFAULT) }, json: { type: "boolean" } } as const;
  const { values } = parseArgs({ options });
  const rounds = /^\d{1,3}$/.test(values.rounds) ? Number(values.rounds) : 0;
  if (rounds < 1 || rounds > ROUNDS_MAX) {
    process.stderr.write(`usage: --rounds is 1 to ${ROUNDS_MAX}.\n`);
    process.exit(2);
  }
  const result = await benchStart(rounds);
  const lines = Object.entries(result).map(([name, value]) => `${name.padEnd(16)}${value}\n`);
  process.stdout.write(values.json === true ? `${JSON.stringify(result, null, 2)}\n` : lines.join(""));
}
