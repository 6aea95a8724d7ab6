/** `backtest`: what a policy would have cost on past flows, beside the least that anything could have cost. */
import { readFileSync, writeFileSync } from "node:fs";
import { InvalidArgumentError, Option } from "commander";
import { parse } from "yaml";
import type { OwnFlows } from "../../api/index.ts";
import type { BacktestInput, BacktestResult, PolicyMaker } from "../../backtest/types.ts";
import { parseDuration } from "../../config/index.ts";
import type { PoolConfig, TreasuryConfig } from "../../config/types.ts";
import type { LevelModel } from "../../models/types.ts";
import type { OwnLedger } from "../../tuning/types.ts";
import { createClient } from "../client.ts";
import { type CliContext, loadConfig, type Register, verb, withJson } from "../command.ts";
import { CliError } from "../errors.ts";
import { hereOrDaemon } from "../here_or_daemon.ts";
import type { Io } from "../io.ts";
import { printJson, table } from "../output.ts";
import { bar, progress } from "../progress.ts";
import { parseWhole } from "./run.ts";

interface BacktestFlags {
  readonly flows?: string;
  readonly in?: string;
  readonly out?: string;
  readonly pool?: string;
  readonly days: number;
  readonly config?: string;
  readonly url?: string;
  readonly token?: string;
  readonly opening?: number;
  readonly hot?: { readonly value: number; readonly in_units: boolean };
  readonly policy?: string;
  readonly compare?: string;
  readonly leadUp?: number;
  readonly leadDown?: number;
  readonly expedite?: { readonly lead_ms: number; readonly fee: number };
  readonly step: number;
  readonly warmup?: number;
  readonly from?: string;
  readonly to?: string;
  readonly costs?: string;
  readonly normalize?: boolean;
  readonly report?: string;
  readonly json?: boolean;
}

/** The policy of the pool that is replayed. */
const IN_FORCE = "in-force";
const HOUR_MS = 3_600_000;
const STEPS: Readonly<Record<string, number>> = { "1h": HOUR_MS, "1d": 24 * HOUR_MS };
const FILE_MAX_BYTES = 64 * 1024 * 1024;

export const registerBacktest: Register = (program, context) => {
  const command = verb("backtest", "Replay past flows under a policy and price it against the hindsight optimum", [
    "backtest --flows flows.csv --in deposits --out withdrawals --opening 12.2e9 --hot 10u --policy hybrid --lead-up 4h --normalize",
    "backtest --flows flows.csv --out withdrawals --step 1d --warmup 112d --lead-up 1d --lead-down 1d --policy dual-lead --json",
    "backtest --flows flows.csv --in in --out out --opening 5000000 --lead-up 24h --expedite 1h:1000 --compare custody-10-90,hybrid,dual-lead",
    "backtest --flows flows.csv --in in --out out --opening 5000000 --policy my-policy.yaml --report backtest.html",
    "backtest --pool usdt -c tidegate.yaml",
    "backtest --pool usdt --days 90 --compare in-force,hybrid,edited.yaml#usdt",
  ])
    .option("--pool <id>", "your own flows: what customers moved in this pool, from its books")
    .option(
      "--days <number>",
      "with --pool: this much of them",
      (text) => parseWhole(text, 366, "at most 366 days"),
      42,
    )
    .option("-c, --config <file>", "with --pool: read its store; without it a running daemon is asked")
    .option("--url <url>", "with --pool: the daemon (default: TIDEGATE_URL, or http://127.0.0.1:8420)")
    .option("--token <token>", "with --pool: bearer token: env:NAME, file:path or the token itself")
    .option("--flows <file>", "CSV with the time in its first column (UTC, or a count of steps)")
    .option("--in <column>", "column of deposits; without it flows are one-way")
    .option("--out <column>", "column of withdrawals")
    .option("--opening <number>", "all assets at the beginning, in the file's unit", amount)
    .option(
      "--hot <number>",
      "hot at the beginning, in the file's unit; 10u is ten median outflows (default: 10u; 5u by day)",
      hot,
    )
    .option(
      "--policy <name>",
      "custody-10-90, terminal-40, miller-orr, quantile, hybrid, dual-lead, a file, tidegate.yaml#pool, or in-force with --pool (default: dual-lead; in-force with --pool)",
    )
    .option("--compare <list>", "several policies, one table")
    .option(
      "--lead-up <duration>",
      "from the order of a refill to its landing (default: 4h; with --pool as measured)",
      duration,
    )
    .option("--lead-down <duration>", "from the order of a sweep to its landing (default: 1h)", duration)
    .option("--expedite <lead:fee>", "a second, dear lane up, such as 1h:1000", lane)
    .addOption(new Option("--step <step>", "1h or 1d; finer rows are summed").argParser(step).default(HOUR_MS, "1h"))
    .option("--warmup <duration>", "this much of the file at least is lived through and not paid for", duration)
    .option("--from <time>", "first step that is paid for; all before it is warm-up")
    .option("--to <time>", "end of the paid part; a count of steps for files that count")
    .option(
      "--costs <file>",
      "JSON or YAML with exposure_share_per_year, delay_share_per_hour, fee_up, fee_down, fee_proportional",
    )
    .option("--normalize", "price the median gross outflow of a step as 1 million")
    .option("--report <file>", "write an HTML page with charts");
  program.addCommand(withJson(command).action((flags: BacktestFlags) => run(flags, context)));
};

interface Source {
  readonly title: string;
  readonly input: BacktestInput;
  readonly notes: readonly string[];
  /** Null when flows come from a file. */
  readonly ledger: OwnLedger | null;
}

async function run(flags: BacktestFlags, context: CliContext): Promise<void> {
  const { io } = context;
  // Loaded here, so that no other verb pays for it.
  const { backtest, costParts, reportPage, verdict } = await import("../../backtest/index.ts");
  const source = flags.pool === undefined ? await fromFile(flags) : await fromLedger(flags.pool, flags, context);
  const names = (flags.compare ?? flags.policy ?? (source.ledger === null ? "dual-lead" : IN_FORCE)).split(",");
  const models: (LevelModel | PolicyMaker)[] = [];
  for (const name of names) models.push(await policyOf(name.trim(), source, flags, context));
  const left_out = models.some((model) => "open" in model) ? [(await import("../../tuning/index.ts")).LEFT_OUT] : [];
  const notes = [...source.notes, ...left_out];
  for (const note of notes) io.err(`note: ${note}\n`);
  const tell = progress(io);
  const report = backtest(source.input, models, { onProgress: (share) => tell(bar(share)) });
  tell.end();
  const results = report.runs.map(({ result }) => result);
  if (flags.report !== undefined) {
    const page = { title: source.title, notes, command: commandOf(flags) };
    write(flags.report, reportPage(source.input, report, page), io);
  }
  if (flags.json === true) io.out(printJson(flags.compare === undefined ? results[0] : results));
  else
    io.out(
      printTable(results) +
        report.runs
          .map(
            ({ result }) => `${result.policy}: ${verdict(result, report.best)}\n  ${costParts(result, report.best)}\n`,
          )
          .join(""),
    );
}

async function fromFile(flags: BacktestFlags): Promise<Source> {
  if (flags.flows === undefined || flags.out === undefined) {
    throw new CliError("usage", "Give --pool for your own flows, or --flows with --out for a file.");
  }
  const { BASE_COSTS, prepare, readCosts, readFlows } = await import("../../backtest/index.ts");
  const read = readFlows(readText(flags.flows), {
    inflow_column: flags.in ?? null,
    outflow_column: flags.out,
    step_ms: flags.step,
  });
  const prepared = prepare(read.flows, {
    lead_up_ms: flags.leadUp ?? 4 * HOUR_MS,
    lead_down_ms: flags.leadDown ?? HOUR_MS,
    expedite: flags.expedite ?? null,
    warmup_ms: flags.warmup ?? null,
    from_ms: instant(flags.from, read.dated, flags.step),
    to_ms: instant(flags.to, read.dated, flags.step),
    normalize: flags.normalize === true,
    opening: flags.opening ?? null,
    hot: flags.hot ?? null,
    costs: flags.costs === undefined ? BASE_COSTS : readCosts(readData(flags.costs)),
  });
  const notes = [...read.notes, ...prepared.notes];
  return { title: `Backtest of ${flags.flows}`, input: prepared.input, notes, ledger: null };
}

/** The store is read where it lies; the running daemon is asked when one holds it. */
async function fromLedger(pool_id: string, flags: BacktestFlags, context: CliContext): Promise<Source> {
  const { step: step_ms, flows, in: inflow, out, opening, hot: hot_given, normalize, expedite } = flags;
  if (
    [flows, inflow, out, opening, hot_given, normalize, expedite].some((one) => one !== undefined) ||
    step_ms !== HOUR_MS
  ) {
    const not = "--flows, --in, --out, --opening, --hot, --normalize, --expedite and --step are for files";
    throw new CliError("usage", `With --pool flows and opening assets come from the books; ${not}.`);
  }
  const { readCosts } = await import("../../backtest/index.ts");
  const { replayInput } = await import("../../tuning/index.ts");
  const ledger = await ownLedger(pool_id, flags, context);
  const { input, notes } = replayInput(ledger, {
    costs: flags.costs === undefined ? null : readCosts(readData(flags.costs)),
    lead_up_ms: flags.leadUp ?? null,
    lead_down_ms: flags.leadDown ?? null,
    warmup_ms: flags.warmup ?? null,
    from_ms: instant(flags.from, true, step_ms),
    to_ms: instant(flags.to, true, step_ms),
  });
  return { title: `Backtest of ${pool_id} on its own flows`, input, notes, ledger };
}

async function ownLedger(pool_id: string, flags: BacktestFlags, context: CliContext): Promise<OwnLedger> {
  const config = flags.config === undefined ? null : await loadConfig(flags.config, context);
  const ask = async (): Promise<OwnLedger> => {
    const client = createClient({ url: flags.url, token: flags.token, config }, context.io);
    const { parseOwnFlows } = await import("../../api/index.ts");
    return parseOwnFlows(
      await client.get<OwnFlows>(`/v1/pools/${encodeURIComponent(pool_id)}/flows?days=${flags.days}`),
    );
  };
  if (config === null || flags.url !== undefined) return ask();
  const here = async (): Promise<OwnLedger> =>
    context.composition.readLedger(config, poolIn(config, pool_id), flags.days);
  return hereOrDaemon(context, here, ask);
}

function poolIn({ pools }: TreasuryConfig, id: string): PoolConfig {
  const pool = pools.find((one) => one.id === id);
  if (pool !== undefined) return pool;
  throw new CliError("usage", `There is no pool "${id}"; there are ${pools.map((one) => one.id).join(", ")}.`);
}

/** A name, a file of the benchmark, the policy in force, or a pool of a configuration: `tidegate.yaml#usdt`. */
async function policyOf(
  name: string,
  { ledger }: Source,
  flags: BacktestFlags,
  context: CliContext,
): Promise<LevelModel | PolicyMaker> {
  const { namedPolicy, readPolicy } = await import("../../backtest/index.ts");
  const { poolPolicyMaker } = await import("../../tuning/index.ts");
  if (name === IN_FORCE && ledger !== null) return poolPolicyMaker(name, ledger);
  const [file = "", pool_id] = name.split("#");
  if (pool_id === undefined) return isFile(name) ? readPolicy(readData(name), name) : namedPolicy(name);
  if (flags.normalize === true) {
    throw new CliError("usage", `${name}: its amounts mean nothing once --normalize prices flows anew; leave it out.`);
  }
  const pool = poolIn(await loadConfig(file, context), pool_id);
  if (ledger !== null && pool.asset !== ledger.asset) {
    throw new CliError("usage", `${name} is a pool of ${pool.asset}; ${ledger.pool_id} is one of ${ledger.asset}.`);
  }
  return poolPolicyMaker(name, pool);
}

function printTable(results: readonly BacktestResult[]): string {
  const figure = (value: number): string => `${Math.round(value)}`;
  return table(
    [
      "policy",
      "rho",
      "cost",
      "hindsight",
      "exposure",
      "delay",
      "fees",
      "stock-out h",
      "longest h",
      "mean hot",
      "up",
      "down",
    ],
    results.map((r) => [
      r.policy,
      r.rho === null ? "-" : `${Math.round(r.rho * 100) / 100}`,
      ...[r.cost, r.hindsight_cost, r.exposure_cost, r.delay_cost, r.fee_cost].map(figure),
      `${r.stockout_hours}`,
      `${r.longest_stockout_hours}`,
      figure(r.mean_hot),
      `${r.moves_up}`,
      `${r.moves_down}`,
    ]),
  );
}

/** A name with a dot or a slash is a file; no policy has either. */
function isFile(name: string): boolean {
  return /[./\\]/.test(name);
}

function readText(path: string): string {
  try {
    const text = readFileSync(path, "utf8");
    if (text.length <= FILE_MAX_BYTES) return text;
  } catch (error) {
    throw new CliError("usage", `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      path,
    });
  }
  throw new CliError("usage", `${path} is larger than ${FILE_MAX_BYTES} bytes; cut it into parts.`, { path });
}

function readData(path: string): unknown {
  const text = readText(path);
  try {
    return parse(text);
  } catch (error) {
    throw new CliError(
      "usage",
      `${path} is neither JSON nor YAML: ${error instanceof Error ? error.message : String(error)}`,
      { path },
    );
  }
}

function write(path: string, text: string, io: Io): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new CliError(
      "usage",
      `${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      { path },
    );
  }
  io.err(`report: ${path}\n`);
}

function instant(text: string | undefined, dated: boolean, step_ms: number): number | null {
  if (text === undefined) return null;
  const counted = !dated && /^\d+$/.test(text) ? Number(text) * step_ms : Number.NaN;
  const at = dated
    ? Date.parse(
        /[Zz]$|[+-]\d\d:\d\d$/.test(text)
          ? text
          : `${text.trim().replace(" ", "T")}${text.trim().length > 10 ? "Z" : ""}`,
      )
    : counted;
  if (Number.isFinite(at)) return at;
  throw new CliError(
    "usage",
    `"${text}" is not a time of this file; write ${dated ? "2022-05-06T16:00Z" : "a count of steps"}.`,
  );
}

/** The command again, with what was asked; durations in minutes. */
function commandOf(flags: BacktestFlags): string {
  const minutes = (duration_ms: number): string => `${Math.round((duration_ms / HOUR_MS) * 60)}m`;
  const given: readonly (readonly [string, string | undefined])[] = [
    ["--pool", flags.pool],
    ["--days", flags.pool === undefined ? undefined : `${flags.days}`],
    ["-c", flags.config],
    ["--flows", flags.flows],
    ["--in", flags.in],
    ["--out", flags.out],
    ["--opening", flags.opening?.toString()],
    ["--hot", flags.hot === undefined ? undefined : `${flags.hot.value}${flags.hot.in_units ? "u" : ""}`],
    flags.compare === undefined
      ? ["--policy", flags.policy ?? (flags.pool === undefined ? "dual-lead" : IN_FORCE)]
      : ["--compare", flags.compare],
    ["--lead-up", flags.leadUp === undefined ? undefined : minutes(flags.leadUp)],
    ["--lead-down", flags.leadDown === undefined ? undefined : minutes(flags.leadDown)],
    ["--expedite", flags.expedite && `${minutes(flags.expedite.lead_ms)}:${flags.expedite.fee}`],
    ["--step", flags.pool !== undefined ? undefined : flags.step === HOUR_MS ? "1h" : "1d"],
    ["--warmup", flags.warmup === undefined ? undefined : minutes(flags.warmup)],
    ["--from", flags.from],
    ["--to", flags.to],
    ["--costs", flags.costs],
  ];
  const parts = given.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${quoted(value)}`]));
  return ["./tidegate backtest", ...parts, ...(flags.normalize === true ? ["--normalize"] : [])].join(" ");
}

function quoted(value: string): string {
  return /^[\w./:,@%+-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

function amount(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("write a number above zero, such as 12.2e9.");
}

function hot(text: string): { value: number; in_units: boolean } {
  const in_units = text.endsWith("u");
  const digits = in_units ? text.slice(0, -1) : text;
  const value = Number(digits);
  if (digits.trim() !== "" && Number.isFinite(value) && value >= 0) return { value, in_units };
  throw new InvalidArgumentError("write a number, or 10u for ten median outflows.");
}

/** Days are not a duration of the configuration; a warm-up is often said in them. */
function duration(text: string): number {
  const days = /^(\d+)d$/.exec(text);
  try {
    return days === null ? parseDuration(text) : parseDuration(`${Number(days[1]) * 24}h`);
  } catch {
    throw new InvalidArgumentError("write 30m, 24h, 1h30m or 28d.");
  }
}

/** The fee is a cost of the benchmark, float64 like every figure in it; no money is moved by it. */
function lane(text: string): { lead_ms: number; fee: number } {
  const match = /^([^:]+):(\d+(?:\.\d+)?)$/.exec(text);
  if (match === null) throw new InvalidArgumentError("write lead:fee, such as 1h:1000.");
  return { lead_ms: duration(match[1] ?? ""), fee: Number(match[2]) };
}

function step(text: string): number {
  const step_ms = Object.hasOwn(STEPS, text) ? STEPS[text] : undefined;
  if (step_ms !== undefined) return step_ms;
  throw new InvalidArgumentError("write 1h or 1d.");
}
