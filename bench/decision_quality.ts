/**
 * `node scripts/run.mjs bench/decision_quality.ts --data DIR [--out FILE]`: every figure of docs/explanation/decision-quality.md.
 * DIR holds `anchor_ust_hourly.csv`, `taxi_hybrid_hourly.csv` and `nn5_daily.csv`; nothing of them is kept. Without --out the
 * page goes to the documentation.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { BASE_COSTS, type BacktestReport, backtest, namedPolicy, prepare, readFlows } from "../src/backtest/index.ts";
import type { BacktestInput, BacktestResult } from "../src/backtest/types.ts";
import { bestConstantBand } from "./constant_band.ts";
import { backtestYear, benchDecidePool } from "./decide_pool.ts";
import { decisionQualityPage, type Line, type Section } from "./decision_quality_page.ts";

const HOUR_MS = 3_600_000;
const PAGE = "docs/explanation/decision-quality.md";
const SHUFFLES = 12;
/** Goals of speed. */
const [DECISION_MS_MAX, YEAR_S_MAX] = [0.2, 2];
/** Rounds of a measurement by the clock, and the year that a decision's round need not price. */
const [ROUNDS, HOURS_FEW] = [5, 200];
const EXPEDITE = { lead_ms: HOUR_MS, fee: 1_000 };

interface Track {
  readonly file: string;
  readonly inflow: string | null;
  readonly outflow: string;
  readonly opening: number | null;
  readonly warmup_hours: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly step_hours: number;
}

const ANCHOR = {
  file: "anchor_ust_hourly.csv",
  inflow: "ust_inflow",
  outflow: "ust_outflow",
  opening: 12.2e9,
  warmup_hours: 96,
  step_hours: 1,
};
const CALM: Track = { ...ANCHOR, from: null, to: "2022-05-07T00:00Z" };
const RUN: Track = { ...ANCHOR, from: "2022-05-06T16:00Z", to: null };
const TAXI: Track = {
  file: "taxi_hybrid_hourly.csv",
  inflow: "inflow",
  outflow: "outflow",
  opening: 640,
  warmup_hours: 672,
  from: null,
  to: null,
  step_hours: 1,
};
const ATM: Track = {
  file: "nn5_daily.csv",
  inflow: null,
  outflow: "",
  opening: null,
  warmup_hours: 112 * 24,
  from: null,
  to: null,
  step_hours: 24,
};

const texts = new Map<string, string>();
let dir = "";

function inputOf(track: Track, lead_hours: number, dual: boolean): { input: BacktestInput; unit: number } {
  const text = texts.get(track.file) ?? readFileSync(join(dir, track.file), "utf8");
  texts.set(track.file, text);
  const step_ms = track.step_hours * HOUR_MS;
  const { flows } = readFlows(text, { inflow_column: track.inflow, outflow_column: track.outflow, step_ms });
  const { input } = prepare(flows, {
    lead_up_ms: lead_hours * HOUR_MS,
    lead_down_ms: step_ms,
    expedite: dual ? EXPEDITE : null,
    warmup_ms: track.warmup_hours * HOUR_MS,
    from_ms: track.from === null ? null : Date.parse(track.from),
    to_ms: track.to === null ? null : Date.parse(track.to),
    normalize: true,
    opening: track.opening,
    hot: null,
    costs: BASE_COSTS,
  });
  return { input, unit: 1e6 };
}

function commandOf(track: Track, policy: string, lead_hours: number, dual: boolean): string {
  const parts = [
    `./tidegate backtest --flows DIR/${track.file}`,
    track.inflow === null ? "" : `--in ${track.inflow}`,
    `--out ${track.outflow || "COLUMN"}`,
    track.opening === null ? "" : `--opening ${track.opening}`,
    track.step_hours === 24 ? "--step 1d" : "",
    `--warmup ${track.warmup_hours}h`,
    track.from === null ? "" : `--from ${track.from}`,
    track.to === null ? "" : `--to ${track.to}`,
    `--lead-up ${lead_hours}h --lead-down ${track.step_hours}h`,
    dual ? "--expedite 1h:1000" : "",
    `--policy ${policy} --normalize --json`,
  ];
  return parts.filter((part) => part !== "").join(" ");
}

interface Figure {
  readonly result: BacktestResult;
  readonly seed: BacktestResult;
  readonly band_rho: number | null;
}

function figureOf(track: Track, policy: string, lead_hours: number, dual: boolean, with_band: boolean): Figure {
  const { input, unit } = inputOf(track, lead_hours, dual);
  const report: BacktestReport = backtest(input, [namedPolicy(policy), namedPolicy("custody-10-90")]);
  const [run, seed] = report.runs;
  if (run === undefined || seed === undefined) throw new Error("two policies give two runs");
  const band_rho = with_band ? bestConstantBand(input, unit).cost / report.best.cost : null;
  return { result: run.result, seed: seed.result, band_rho };
}

interface Goal {
  readonly name: string;
  readonly track: Track;
  readonly policy: string;
  readonly lead_hours: number;
  readonly dual: boolean;
  readonly rho_max: number;
  readonly stockout_hours_max: number | null;
  readonly longest_max: number | null;
  /** How many times cheaper than custody-10-90; null where nothing is asked. */
  readonly times: number | null;
  readonly with_band: boolean;
}

const goal = (name: string, track: Track, lead_hours: number, rho_max: number, rest: Partial<Goal> = {}): Goal => ({
  name: `${name}, lead ${lead_hours} h`,
  track,
  policy: "hybrid",
  lead_hours,
  dual: false,
  rho_max,
  stockout_hours_max: null,
  longest_max: null,
  times: null,
  with_band: true,
  ...rest,
});

const GOALS: readonly Goal[] = [
  ...[1, 4, 24].map((lead) => goal("Anchor, calm", CALM, lead, 6, { stockout_hours_max: 0, times: 5 })),
  goal("Anchor, run", RUN, 1, 5.5),
  goal("Anchor, run", RUN, 4, 15, { times: 10 }),
  goal("Anchor, run, two lanes", RUN, 24, 12, { policy: "dual-lead", dual: true, longest_max: 1, times: 10 }),
  ...(
    [
      [1, 3.2],
      [4, 4.2],
      [24, 5.2],
    ] as const
  ).map(([lead, rho]) => goal("Taxi hybrid", TAXI, lead, rho, { times: 2 })),
];

function lineOf(name: string, goal_text: string, figure: string, misses: readonly string[], command: string): Line {
  return { track: name, goal: goal_text, figure, met: misses.length === 0, miss: misses.join("; ") || null, command };
}

function missesOf(item: Goal, { rho, stockout_hours, longest_stockout_hours }: BacktestResult): string[] {
  const misses: string[] = [];
  if ((rho ?? 0) > item.rho_max) misses.push(`${percent((rho ?? 0) / item.rho_max - 1)} above the goal`);
  if (stockout_hours > (item.stockout_hours_max ?? Number.POSITIVE_INFINITY))
    misses.push(`${stockout_hours} stock-out hours`);
  if (longest_stockout_hours > (item.longest_max ?? Number.POSITIVE_INFINITY)) {
    misses.push(`${longest_stockout_hours} stock-out hours in a row`);
  }
  return misses;
}

function hourlyLines(ratios: Ratio[]): { quality: Line[]; seeds: Line[] } {
  const quality: Line[] = [];
  const seeds: Line[] = [];
  for (const item of GOALS) {
    const { result, seed, band_rho } = figureOf(item.track, item.policy, item.lead_hours, item.dual, item.with_band);
    const rho = result.rho ?? 0;
    ratios.push({ name: item.name, rho, band_rho });
    const misses = missesOf(item, result);
    const also =
      item.stockout_hours_max === 0
        ? ", no stock-out"
        : item.longest_max === null
          ? ""
          : `, longest stock-out <= ${item.longest_max} h`;
    const figure = `${hundredths(rho)}; stock-out ${result.stockout_hours} h, longest ${result.longest_stockout_hours} h`;
    const command = commandOf(item.track, item.policy, item.lead_hours, item.dual);
    quality.push(lineOf(item.name, `rho <= ${item.rho_max}${also}`, figure, misses, command));
    if (item.times === null) continue;
    const times = seed.cost / result.cost;
    const short = times < item.times ? [`${hundredths(times)} instead of ${item.times}`] : [];
    seeds.push(
      lineOf(
        item.name,
        `>= ${item.times} times cheaper`,
        `${hundredths(times)} times`,
        short,
        command.replace(/--policy (\S+)/, "--compare custody-10-90,$1"),
      ),
    );
  }
  return { quality, seeds };
}

interface Ratio {
  readonly name: string;
  readonly rho: number;
  readonly band_rho: number | null;
}

function dailyLines(ratios: Ratio[]): Line[] {
  const [header = ""] = readFileSync(join(dir, ATM.file), "utf8").split("\n");
  const columns = header.trim().split(",").slice(1);
  return (
    [
      [24, 2.5],
      [48, 2.9],
    ] as const
  ).map(([lead, rho_max]) => {
    let cost = 0;
    let best = 0;
    let band = 0;
    for (const outflow of columns) {
      const track = { ...ATM, outflow };
      const { input } = inputOf(track, lead, false);
      const { result } = figureOf(track, "hybrid", lead, false, false);
      cost += result.cost;
      best += result.hindsight_cost;
      band += bestConstantBand(input, 1e6).cost;
    }
    const rho = cost / best;
    const name = `NN5, ${columns.length} series, lead ${lead / 24} d`;
    ratios.push({ name, rho, band_rho: band / best });
    const misses = rho > rho_max ? [`${percent(rho / rho_max - 1)} above the goal`] : [];
    return lineOf(name, `summed rho <= ${rho_max}`, hundredths(rho), misses, commandOf(ATM, "hybrid", lead, false));
  });
}

function beyondLine(ratios: readonly Ratio[]): Line {
  const with_band = ratios.filter((ratio) => ratio.band_rho !== null);
  const mean = (values: number[]): number =>
    Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
  const ours = mean(with_band.map((ratio) => ratio.rho));
  const bands = mean(with_band.map((ratio) => ratio.band_rho ?? 1));
  const share = ours / bands;
  const misses = share > 0.8 ? [`${hundredths(share)} of the bands instead of 0.8`] : [];
  const detail = with_band
    .map((ratio) => `${ratio.name} ${hundredths(ratio.rho)} / ${hundredths(ratio.band_rho ?? 0)}`)
    .join("; ");
  return lineOf(
    "All of the above",
    "geometric mean of rho <= 0.8 of the best constant bands",
    `${hundredths(ours)} / ${hundredths(bands)} = ${hundredths(share)} (${detail})`,
    misses,
    "node scripts/run.mjs bench/decision_quality.ts --data DIR",
  );
}

/** The calm track with its days in another order: series of the same kind that nothing was tuned on. */
function shuffledLine(): Line {
  const { input } = inputOf(CALM, 4, false);
  const rhos: number[] = [];
  let stockouts = 0;
  for (let seed = 1; seed <= SHUFFLES; seed += 1) {
    const order = daysInOrderOf(seed, input.to / 24);
    const flows = {
      ...input.flows,
      inflow: byDays(input.flows.inflow, order),
      outflow: byDays(input.flows.outflow, order),
    };
    const [run] = backtest({ ...input, flows }, [namedPolicy("hybrid")]).runs;
    rhos.push(run?.result.rho ?? 0);
    stockouts += run?.result.stockout_hours ?? 0;
  }
  rhos.sort((a, b) => a - b);
  const median = ((rhos[SHUFFLES / 2 - 1] ?? 0) + (rhos[SHUFFLES / 2] ?? 0)) / 2;
  const figure = `median ${hundredths(median)}, from ${hundredths(rhos[0] ?? 0)} to ${hundredths(rhos.at(-1) ?? 0)}; ${stockouts} stock-out hours in all`;
  const misses = median > 6 ? [`${percent(median / 6 - 1)} above the goal`] : [];
  const name = `Anchor, calm, lead 4 h, its days in ${SHUFFLES} other orders`;
  return lineOf(name, "rho <= 6", figure, misses, "node scripts/run.mjs bench/decision_quality.ts --data DIR");
}

function daysInOrderOf(seed: number, days: number): number[] {
  const order = Array.from({ length: days }, (_, day) => day);
  let state = seed;
  for (let last = days - 1; last > 0; last -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = state % (last + 1);
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}

function byDays(flows: Float64Array, order: readonly number[]): Float64Array {
  return Float64Array.from(
    { length: order.length * 24 },
    (_, t) => flows[(order[Math.floor(t / 24)] ?? 0) * 24 + (t % 24)] ?? 0,
  );
}

/** A year of made hours with its optimum, by the clock of this machine; the quietest of a few rounds, for others work on it too. */
function yearLine(): Line {
  const seconds = Math.min(...Array.from({ length: ROUNDS }, () => backtestYear().seconds));
  const misses = seconds > YEAR_S_MAX ? [`${hundredths(seconds)} s`] : [];
  const command = "./tidegate bench decide --pool-history 168";
  return lineOf("A year of hours, with its optimum", `< ${YEAR_S_MAX} s`, `${hundredths(seconds)} s`, misses, command);
}

/** One pool with a model and a week of hours: observed, forecast and decided. */
function decisionLine(): Line {
  const rounds = Array.from({ length: ROUNDS }, () => benchDecidePool({ history_hours: 168, year_hours: HOURS_FEW }));
  const p50_ms = Math.min(...rounds.map((round) => round.p50_ms));
  const p99_ms = Math.min(...rounds.map((round) => round.p99_ms));
  const misses = p99_ms > DECISION_MS_MAX ? [`${p99_ms} ms`] : [];
  const command = "./tidegate bench decide --pool-history 168";
  const goal = `p99 < ${DECISION_MS_MAX} ms`;
  return lineOf(
    "A decision of one pool, 168 h of history",
    goal,
    `p50 ${p50_ms} ms, p99 ${p99_ms} ms`,
    misses,
    command,
  );
}

function hundredths(value: number): string {
  return `${Math.round(value * 100) / 100}`;
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}

function main(): void {
  const { values } = parseArgs({ options: { data: { type: "string" }, out: { type: "string", default: PAGE } } });
  if (values.data === undefined) throw new Error("Say where the series are: --data DIR");
  dir = values.data;
  const ratios: Ratio[] = [];
  const speed = [decisionLine(), yearLine()];
  const { quality, seeds } = hourlyLines(ratios);
  const sections: Section[] = [
    {
      title: "Cost against the optimum",
      text: "One shipped set of parameters for every track, lead and step. `NN5` runs the command once per column and sums.",
      lines: [...quality, ...dailyLines(ratios)],
    },
    {
      title: "Against custody-10-90",
      text: "The fixed shares that everyone ships: 5 / 10 / 15 % of all assets.",
      lines: seeds,
    },
    {
      title: "Not tuned on",
      text: "What the calm figures are worth on flows of the same kind: large withdrawals that come at other times.",
      lines: [shuffledLine()],
    },
    {
      title: "Beyond",
      text: "The best constant band is picked for each track after the fact, from a grid, on the flows it is priced on. Figures are ours / the band's; the band has the slow lane only, as nobody has defined one with two.",
      lines: [beyondLine(ratios)],
    },
    {
      title: "Speed",
      text: "By the clock of the machine that wrote this page, the quietest of five rounds.",
      lines: speed,
    },
  ];
  const page = decisionQualityPage(sections, FOOTER);
  writeFileSync(values.out, page);
  process.stdout.write(page);
}

const FOOTER = [
  "## How to read it",
  "One set of parameters for every asset, step and lead. They were chosen on other orders of the same flows (days of the calm pool, weeks of the taxi track, every second cash machine) and then checked here, so these figures are nearly in-sample: on other series expect worse. The calm Anchor figures hang on a single withdrawal of twenty hours' outflow: with the Pareto index of the tail capped at 0.40 instead of 0.45 it costs two stock-out hours at leads of 1 and 4 h (5.6 and 5.9), at 0.50 none, and the leads of 1, 4 and 24 h cost 5.5, 5.8 and 6.1. No decision looks ahead, and a test holds that.",
  "A single lane with a lead of 24 h cannot serve a run: in the Anchor run `hybrid` pays more than 350 times the optimum there, and customers wait for more than a day. Only the second lane helps. In calm times the second lane costs more than it saves: Anchor calm, lead 4 h, 6.5 with it and 5.7 without.",
  "Where the excess over hindsight comes from: in calm all but 0.3 of it is exposure, nearly all of that the room kept for one large withdrawal that nobody can foresee; in the run exposure again, of money that is there before it is asked for; on the taxi track two thirds exposure, the rest fees and short delays; with cash machines two thirds exposure, a fifth fees, a sixth delay.",
  "Why the best constant band is not beaten by a fifth: it is chosen after the whale, and knows its size. Over twelve other orders of the calm days it costs 4.8 times the optimum, ours 7 to 8, where an online rule must hold what it has not yet seen. What helped: a floor that is the deepest point of one path instead of two extremes added (Anchor calm at 24 h 6.7 to 6.1), lots that cover the cheapest cycle of the expected flows (taxi at 4 h 4.1 to 3.9, cash machines 2.46 to 2.36), a tail whose variance exists (other orders of the calm days 8.7 to 7.3), and a tail drawn towards a usual index until thirty large flows are known, with room by the restlessness of the next two hours. The last was chosen on 24 other orders of the calm days and 16 draws of them with replacement: there the stock-out hours over leads of 1, 4 and 24 h fell from 97 to 52 in all, and the mean of rho at 4 h from 8.2 to 7.7 and from 9.2 to 7.6. All that are left are the same withdrawal of twenty hours' outflow, in 25 of 26 cases the largest so far: a fifth more room leaves 12 of the 30 hours of the 24 orders, and costs 6.2, 6.5 and 6.8 in the given order. The twelve orders above gained little in the middle (7.5 to 7.6) and most at the worst (14.1 to 10.6).",
  "What was tried and left out, by figures. A stochastic dynamic programme over the next 48 h, with the forecast's own quantiles, solved anew every hour: taxi at 4 h 3.5 instead of 3.9, but taxi at 24 h 5.9 instead of 4.9, and in calm Anchor three stock-out hours; even with the season and the noise known beforehand it gets the taxi track to 2.6, 3.9 and 7.2 only. A tail no larger than what was seen: in calm Anchor three stock-out hours. Chances of the tail that follow the lead: the same. A deviation over the lead that follows the variance ratio of the flows: 6.73 to 6.71. Thinner floors (k = 1.2 with the 90 % drawdown): taxi 8.8, the run at 4 h 10.2. What would buy more is notice of large withdrawals.",
  "The costs (2 % a year of exposure, 0.1 % an hour of delay, 155 a refill, 5 a sweep) are assumptions; `--costs` takes yours. Anchor is one pool with one run; the run curve of the models was drawn from published runs, this one among them. The taxi track is semi-synthetic. NN5 is one-way and daily, its empty cells count as days without flows.",
  "The goals of detection (the anomaly benchmark and injected drains) have a page of their own, with their figures and how to repeat them: [detection](detection.md).",
];

main();
