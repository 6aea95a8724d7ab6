/**
 * Drains put into a series of flows, and how soon they are found:
 * `node scripts/run.mjs bench/drains.ts [--flows FILE.csv --in COLUMN --out COLUMN --warmup HOURS --rows N --clip-first] [--json]`
 * Without `--flows` the series is made here: seasons, noise and now and then a whale, always the same. The detectors run over
 * the clean series; at every seventh hour their state is copied and a drain is added to what really followed. Amplitudes are in
 * medians of the hourly outflow. An episode is an alarm after 24 h without one. `--clip-first` leaves out the deposit of the
 * first row, an artefact in some exports.
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import {
  type BurstState,
  type CusumState,
  createBurstState,
  createCusumState,
  observeBurst,
  observeDrain,
  type Reading,
} from "../src/detect/index.ts";
import { createSeededRandom } from "../src/simulate/seeded_random.ts";

export interface DrainCase {
  readonly times: number;
  readonly hours: number;
}

export interface DrainResult extends DrainCase {
  readonly tried: number;
  readonly found_share: number;
  /** From the first hour of the drain, counted as 1; null when none was found. */
  readonly mean_hours: number | null;
  /** Of the drained amount, what was gone when it was found, on average; 1 where it never was. */
  readonly lost_share: number;
}

export interface DrainReport {
  readonly hours: number;
  readonly warmup: number;
  readonly false_episodes: number;
  readonly false_per_30_days: number;
  readonly cases: readonly DrainResult[];
}

export const DRAINS: readonly DrainCase[] = [
  { times: 10, hours: 1 },
  { times: 5, hours: 2 },
  { times: 2, hours: 24 },
  { times: 1, hours: 48 },
  { times: 0.5, hours: 72 },
];

const HOUR_MS = 3_600_000;
const EVERY_HOURS = 7;
const QUIET_HOURS = 24;
const EPISODE_DAYS = 30;

/** `net` and `out`: hourly, in one unit. */
export function reportDrains<State>(detector: FlowDetector<State>, { net, out }: Flows, warmup: number): DrainReport {
  const unit = out.toSorted((a, b) => a - b)[Math.floor(out.length / 2)] ?? 0;
  const state = detector.create();
  const starts: Start<State>[] = [];
  let false_episodes = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const [at, value] of net.entries()) {
    // An alarm that is already on would find everything at once.
    const calm = at - last > 1;
    if (calm && at >= warmup && (at - warmup) % EVERY_HOURS === 0) starts.push({ at, state: structuredClone(state) });
    if (!detector.observe(state, { at: at * HOUR_MS, value })) continue;
    if (at >= warmup && at - last > QUIET_HOURS) false_episodes += 1;
    last = at;
  }
  const days = (net.length - warmup) / 24;
  return {
    hours: net.length,
    warmup,
    false_episodes,
    false_per_30_days: (false_episodes * EPISODE_DAYS) / days,
    cases: DRAINS.map((each) => tryCase(detector, net, unit, starts, each)),
  };
}

export interface Flows {
  readonly net: readonly number[];
  readonly out: readonly number[];
}

interface Start<State> {
  readonly at: number;
  readonly state: State;
}

function tryCase<State>(
  detector: FlowDetector<State>,
  net: readonly number[],
  unit: number,
  starts: readonly Start<State>[],
  { times, hours }: DrainCase,
): DrainResult {
  const delays = starts
    .filter(({ at }) => at + hours <= net.length)
    .map(({ at, state }) => {
      const copy = structuredClone(state);
      const drained = net.slice(at, at + hours).map((value) => value + times * unit);
      const found = drained.findIndex((value, step) => detector.observe(copy, { at: (at + step) * HOUR_MS, value }));
      return found < 0 ? null : found + 1;
    });
  const found = delays.filter((delay) => delay !== null);
  const lost = delays.reduce<number>((total, delay) => total + (delay ?? hours) / hours, 0);
  return {
    times,
    hours,
    tried: delays.length,
    found_share: found.length / Math.max(1, delays.length),
    mean_hours: found.length === 0 ? null : found.reduce((total, delay) => total + delay, 0) / found.length,
    lost_share: lost / Math.max(1, delays.length),
  };
}

/** One of the two detectors of flows, in the shape that both share. */
export interface FlowDetector<State> {
  create(): State;
  /** True while it is alarmed. */
  observe(state: State, reading: Reading): boolean;
}

export const CUSUM: FlowDetector<CusumState> = {
  create: createCusumState,
  observe: (state, reading) => {
    observeDrain(state, reading, "pool");
    return state.alarm;
  },
};

export const BURST: FlowDetector<BurstState> = {
  create: createBurstState,
  observe: (state, reading) => observeBurst(state, reading, "pool") !== null,
};

/** Withdrawals and deposits with a day, a week, lognormal noise and one whale in a hundred hours. */
export function madeFlows(hours: number, seed = 1): { readonly net: number[]; readonly out: number[] } {
  const random = createSeededRandom(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const season = (hour: number): number =>
    (1 + 0.6 * Math.sin((2 * Math.PI * (hour - 9)) / 24)) * (Math.floor(hour / 24) % 7 >= 5 ? 0.7 : 1);
  const flow = (hour: number): number =>
    season(hour) * Math.exp(0.5 * normal()) * (random.next() < 0.01 ? 1 + 3 * random.next() : 1);
  const out = Array.from({ length: hours }, (_, hour) => flow(hour));
  return { out, net: out.map((value, hour) => value - 0.98 * flow(Math.max(0, hour - 6))) };
}

const OPTIONS = {
  flows: { type: "string" },
  in: { type: "string" },
  out: { type: "string" },
  warmup: { type: "string", default: "672" },
  rows: { type: "string", default: "1000000" },
  "clip-first": { type: "boolean" },
  json: { type: "boolean" },
} as const;
const MADE_HOURS = 3_600;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  const all = values.flows === undefined ? madeFlows(MADE_HOURS) : await readFlows(values.flows, values);
  const [rows, warmup] = [Number(values.rows), Number(values.warmup)];
  const flows = { net: all.net.slice(0, rows), out: all.out.slice(0, rows) };
  const reports = { seasonal_cusum: reportDrains(CUSUM, flows, warmup), burst: reportDrains(BURST, flows, warmup) };
  if (values.json === true) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`);
  else for (const [name, report] of Object.entries(reports)) process.stdout.write(print(name, report));
}

function print(name: string, report: DrainReport): string {
  const days = ((report.hours - report.warmup) / 24).toFixed(0);
  const episodes = `${report.false_episodes} false episodes in ${days} days (${report.false_per_30_days.toFixed(2)} in 30)`;
  const lines = report.cases.map((each) => {
    const share = (100 * each.found_share).toFixed(0);
    const delay = each.mean_hours === null ? "-" : `${each.mean_hours.toFixed(1)} h`;
    const gone = (100 * each.lost_share).toFixed(0);
    return `  ${each.times}x for ${each.hours} h: ${share} % of ${each.tried} found, mean ${delay}, ${gone} % gone by then\n`;
  });
  return `${name}: ${episodes}\n${lines.join("")}`;
}

interface FlowOptions {
  readonly in?: string | undefined;
  readonly out?: string | undefined;
  readonly "clip-first"?: boolean | undefined;
}

async function readFlows(file: string, options: FlowOptions): Promise<{ net: number[]; out: number[] }> {
  const lines = (await readFile(file, "utf8")).split(/\r?\n/).filter((line) => line !== "" && !line.startsWith("#"));
  const [header = "", ...rows] = lines;
  const names = header.split(",");
  const column = (name: string | undefined): number[] => {
    const place = names.indexOf(name ?? "");
    if (place < 0) throw new Error(`${file} has no column "${name ?? ""}"; it has ${names.join(", ")}.`);
    return rows.map((row) => Number(row.split(",")[place]));
  };
  const [inflow, out] = [column(options.in), column(options.out)];
  if (options["clip-first"] === true) inflow[0] = 0;
  return { out, net: out.map((value, at) => value - (inflow[at] ?? 0)) };
}

if (import.meta.main) await main();
