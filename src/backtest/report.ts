/** One HTML page of a backtest, with its charts as SVG inside: nothing is loaded, so it can be mailed and archived. */
import type { BacktestReport, BacktestRun } from "./backtest.ts";
import { barChart, type ChartSeries, lineChart } from "./chart.ts";
import { excessShares } from "./measure.ts";
import type { BacktestInput, BacktestResult, Hindsight } from "./types.ts";

export interface ReportOptions {
  readonly title: string;
  readonly notes: readonly string[];
  /** The command that repeats it. */
  readonly command: string;
}

const COLOURS = {
  hot: "#2563eb",
  demand: "#9ca3af",
  best: "#059669",
  up: "#d97706",
  down: "#7c3aed",
  queue: "#dc2626",
};
const STYLE =
  "body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#111827;background:#fff}" +
  "table{border-collapse:collapse;margin:1rem 0}td,th{padding:.3rem .8rem;border-bottom:1px solid #e5e7eb;text-align:right}" +
  "td:first-child,th:first-child{text-align:left}svg{width:100%;height:auto}h2{margin-top:2.5rem}code{background:#f3f4f6;padding:.1rem .3rem}";

export function reportPage(input: BacktestInput, report: BacktestReport, options: ReportOptions): string {
  const rows = report.runs.map(({ result }) => tableRow(result)).join("");
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${markup(options.title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${markup(options.title)}</h1><p>BACKTEST: a replay of past flows. Nothing was moved.</p>`,
    ...options.notes.map((note) => `<p>${markup(note)}</p>`),
    `<p>Repeat it: <code>${markup(options.command)}</code></p>`,
    "<table><thead><tr><th>Policy</th><th>Times the optimum</th><th>Cost</th><th>Exposure</th><th>Delay</th><th>Fees</th><th>Stock-out hours</th><th>Mean hot</th><th>Refills</th><th>Sweeps</th></tr></thead>",
    `<tbody>${rows}${bestRow(report.best)}</tbody></table>`,
    `<h2>Where the cost comes from</h2>${costChart(report)}`,
    ...report.runs.map((run) => charts(input, run, report.best)),
    "</body></html>\n",
  ].join("\n");
}

function tableRow(result: BacktestResult): string {
  const { policy, rho, cost, exposure_cost, delay_cost, fee_cost, stockout_hours, mean_hot, moves_up, moves_down } =
    result;
  const cells = [
    rho === null ? "-" : tenths(rho),
    ...[cost, exposure_cost, delay_cost, fee_cost].map(short),
    `${stockout_hours}`,
    short(mean_hot),
    `${moves_up}`,
    `${moves_down}`,
  ];
  return `<tr><td>${markup(policy)}</td>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

function bestRow({ cost, exposure_cost, delay_cost, fee_cost }: Hindsight): string {
  const cells = ["1", ...[cost, exposure_cost, delay_cost, fee_cost].map(short), "", "", "", ""];
  return `<tr><td>hindsight optimum</td>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

function costChart({ runs, best }: BacktestReport): string {
  const bars = [
    ...runs.map(({ result }) => ({ ...result, label: result.policy })),
    { ...best, label: "hindsight optimum" },
  ];
  const parts = [
    { label: "exposure", colour: COLOURS.hot, values: bars.map((bar) => bar.exposure_cost) },
    { label: "delay", colour: COLOURS.queue, values: bars.map((bar) => bar.delay_cost) },
    { label: "fees", colour: COLOURS.up, values: bars.map((bar) => bar.fee_cost) },
  ];
  return barChart(
    bars.map((bar) => bar.label),
    parts,
  );
}

function charts(input: BacktestInput, { result, totals }: BacktestRun, best: Hindsight): string {
  const { trace } = totals;
  const demand = input.flows.outflow.subarray(input.from, input.to);
  const axis = { start_ms: input.flows.start_ms + input.from * input.flows.step_ms, step_ms: input.flows.step_ms };
  const line = (label: string, colour: string, values: Float64Array): ChartSeries => ({ label, colour, values });
  return [
    `<h2>${markup(result.policy)}</h2><p>${markup(verdict(result, best))}</p>`,
    "<h3>Hot balance against demand</h3>",
    lineChart(
      [
        line("withdrawals per step", COLOURS.demand, demand),
        line("hot balance", COLOURS.hot, trace.hot),
        line("optimum", COLOURS.best, best.path),
      ],
      axis,
    ),
    "<h3>Moves</h3>",
    lineChart(
      [
        line("refills", COLOURS.up, trace.up),
        line(
          "sweeps",
          COLOURS.down,
          trace.down.map((x) => -x),
        ),
      ],
      axis,
    ),
    "<h3>Queue</h3>",
    lineChart([line("unserved", COLOURS.queue, trace.queue)], axis),
  ].join("\n");
}

/** "You paid 6.1 times what was possible; 71 % of the excess is exposure." */
export function verdict(result: BacktestResult, best: Hindsight): string {
  if (result.rho === null) return "The optimum costs nothing, so there is no ratio to it.";
  const shares = excessShares(result, best);
  if (shares === null) return "This is the optimum.";
  const [name, share] = Object.entries(shares).sort((a, b) => b[1] - a[1])[0] ?? ["exposure", 0];
  return `You paid ${tenths(result.rho)} times what was possible; ${Math.min(100, Math.round(share * 100))} % of the excess is ${name}.`;
}

/** Every part of the cost against its part of the optimum: "exposure 4.1 k (optimum 812.3), delay 0 (0), fees 310 (155)". */
export function costParts(result: BacktestResult, best: Hindsight): string {
  const part = (name: string, paid: number, least: number): string =>
    `${name} ${short(paid)} (optimum ${short(least)})`;
  return [
    part("exposure", result.exposure_cost, best.exposure_cost),
    part("delay", result.delay_cost, best.delay_cost),
    part("fees", result.fee_cost, best.fee_cost),
  ].join(", ");
}

function tenths(value: number): string {
  return `${Math.round(value * 10) / 10}`;
}

/** 1234567 as 1.23 m, for people; `--json` has the figure. */
export function short(value: number): string {
  const size = Math.abs(value);
  const [by, unit] = size >= 1e9 ? [1e9, " bn"] : size >= 1e6 ? [1e6, " m"] : size >= 1e4 ? [1e3, " k"] : [1, ""];
  return `${Math.round((value / by) * 100) / 100}${unit}`;
}

function markup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
