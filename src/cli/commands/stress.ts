/** `stress`: what would happen to these pools if what happened to others happened to them. Computes on a copy. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { ScenarioList, Stress, StressRequest } from "../../api/index.ts";
import { createClient } from "../client.ts";
import {
  ASKED_TOKEN,
  ASKED_URL,
  type CliContext,
  CONFIG_DEFAULT,
  loadConfig,
  type Register,
  verb,
  withJson,
} from "../command.ts";
import { CliError } from "../errors.ts";
import { hereOrDaemon } from "../here_or_daemon.ts";
import { answer, fields, money, table } from "../output.ts";
import { parseWhole } from "./run.ts";

interface StressFlags {
  readonly scenario?: string;
  readonly file?: string;
  readonly pool?: string;
  readonly approvalHours?: number;
  readonly monteCarlo?: number;
  readonly seed: number;
  readonly config?: string;
  readonly url?: string;
  readonly token?: string;
  readonly json?: boolean;
}

const RUNS_MAX = 200;
const SEED_MAX = 4_294_967_295;
const HOURS_MAX = 720;
const PPM_PER_PERCENT = 10_000;

export const registerStress: Register = (program, context) => {
  const command = verb("stress", "Try the policy against what happened to others; moves nothing", [
    "stress",
    "stress --scenario terra-anchor-2022-05 -c tidegate.yaml",
    "stress --scenario bybit-2025-02 --monte-carlo 20 --json",
    "stress --file own.json --approval-hours 12",
  ])
    .option("--scenario <id>", "a scenario that ships with Tidegate; without one they are listed")
    .option("--file <file>", "a scenario of your own, as JSON")
    .option("--pool <id>", "only this pool")
    .option("--approval-hours <hours>", "how long people take to approve", (text) =>
      parseWhole(text, HOURS_MAX, "at most 720 hours"),
    )
    .option("--monte-carlo <runs>", "the same with chance in it, so many times", (text) =>
      parseWhole(text, RUNS_MAX, "at most 200 runs"),
    )
    .option("--seed <seed>", "of that chance", (text) => parseWhole(text, SEED_MAX, "a seed is 0 to 4294967295"), 1)
    .option("-c, --config <file>", `configuration (default: ${CONFIG_DEFAULT} if it is there, else the sandbox's)`)
    .option("--url <url>", ASKED_URL)
    .option("--token <token>", ASKED_TOKEN);
  program.addCommand(withJson(command).action((flags: StressFlags) => stress(flags, context)));
};

async function stress(flags: StressFlags, context: CliContext): Promise<void> {
  const { io } = context;
  const request = await requestOf(flags);
  if (request === null) answer(io, flags.json, (await stressing()).describeScenarios(), printScenarios);
  else answer(io, flags.json, await run(request, flags, context), printStress);
}

/** Only this command needs what the server would do; the others start without it. */
const stressing = () => import("../../api/index.ts");

async function requestOf(flags: StressFlags): Promise<StressRequest | null> {
  const { scenario, file, pool, approvalHours, monteCarlo, seed } = flags;
  if (scenario !== undefined && file !== undefined) throw new CliError("usage", "Give --scenario or --file, not both.");
  if (scenario === undefined && file === undefined) return null;
  return (await stressing()).parseStressRequest({
    scenario: file === undefined ? scenario : await readScenario(file),
    ...(pool === undefined ? {} : { pool_id: pool }),
    ...(approvalHours === undefined ? {} : { approval_hours: approvalHours }),
    ...(monteCarlo === undefined ? {} : { monte_carlo: { runs: monteCarlo, seed } }),
  });
}

async function readScenario(file: string): Promise<unknown> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new CliError("file_unreadable", `Cannot read the scenario "${file}".`, { file }, cause);
  });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliError("usage", `"${file}" is not JSON.`, { file }, cause);
  }
}

/** By the daemon that is named; else on the configuration's pools as they are now, and the running daemon is asked when one holds the data directory. */
async function run(request: StressRequest, flags: StressFlags, context: CliContext): Promise<Stress> {
  if (flags.url !== undefined)
    return createClient({ url: flags.url, token: flags.token }, context.io).post<Stress>("/v1/stress", request);
  const fallback = existsSync(CONFIG_DEFAULT) ? CONFIG_DEFAULT : context.composition.sandbox_config;
  if (flags.config === undefined) context.io.err(`No -c given: using ${fallback}.\n`);
  const config = await loadConfig(flags.config ?? fallback, context);
  const known = config.pools.filter(({ policy }) => policy.task === undefined).map(({ id }) => id);
  if (request.pool_id !== undefined && !known.includes(request.pool_id)) {
    throw new CliError("usage", `There is no pool "${request.pool_id}"; there are ${known.join(", ")}.`);
  }
  const here = async (): Promise<Stress> => {
    const plans = await context.composition.planOnce(config);
    const wanted = plans.filter(({ pool_id }) => request.pool_id === undefined || pool_id === request.pool_id);
    return (await stressing()).describeStress(config, wanted, request);
  };
  return hereOrDaemon(context, here, () =>
    createClient({ token: flags.token, config }, context.io).post<Stress>("/v1/stress", request),
  );
}

function printScenarios({ items }: ScenarioList): string {
  const rows = items.map((each) => [each.id, each.curve_kind, String(each.hours), each.title]);
  return table(["scenario", "curve", "hours", "what"], rows);
}

function printStress({ scenario, pools }: Stress): string {
  const blocks = pools.map((pool) => {
    const { monte_carlo: drawn } = pool;
    return `${pool.pool_id}: ${pool.sentence}\n${fields([
      ["  approval", `${pool.approval_hours} h`],
      ["  liquidity", `${money(pool.start.liquidity)} at the start, ${money(pool.end.liquidity)} at the end`],
      ["  asked for", money(pool.asked)],
      ["  time to empty", pool.hours_to_empty === null ? "never" : `${pool.hours_to_empty} h`],
      ["  stock-out", `${pool.stockout_hours} h, the longest ${pool.longest_stockout_hours} h`],
      ["  longest queue", money(pool.peak_queue)],
      ["  paid within 1 h", percent(pool.served_1h_ppm)],
      ["  paid within 24 h", percent(pool.served_24h_ppm)],
      ["  least liquidity that survives", pool.least_hot === null ? "none" : money(pool.least_hot)],
      ["  longest approval that survives", longest(pool)],
      ...(drawn === null
        ? []
        : ([
            [`  of ${drawn.runs} runs survived`, percent(drawn.survived_ppm)],
            ["  stock-out, median and 95 %", `${drawn.stockout_hours_p50} h and ${drawn.stockout_hours_p95} h`],
          ] as const)),
    ])}`;
  });
  return `SIMULATION: ${scenario.title} (${scenario.id}, ${scenario.curve_kind}). Nothing was moved.\n\n${blocks.join("\n")}`;
}

function longest(pool: Stress["pools"][number]): string {
  if (pool.longest_approval_hours === null) return "none";
  return `${pool.longest_approval_at_least ? "at least " : ""}${pool.longest_approval_hours} h`;
}

function percent(ppm: number): string {
  return `${Math.floor((ppm * 100) / PPM_PER_PERCENT) / 100} %`;
}
