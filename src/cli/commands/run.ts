/** `run` and `demo`: the daemon in the foreground. */
import { type Command, InvalidArgumentError } from "commander";
import { parseSpeed } from "../../config/index.ts";
import type { TreasuryConfig } from "../../config/types.ts";
import { TidegateError } from "../../errors/index.ts";
import { type CliContext, CONFIG_DEFAULT, type Register, verb, withJson } from "../command.ts";
import type { RunningDaemon, RunOptions } from "../composition.ts";

/** A stop that takes longer is cut off; what was in flight is taken up at the next start. */
const STOP_TIMEOUT_MS = 5_000;

/** Five minutes of treasury time per second. */
const MANUAL_SPEED_H_PER_S = 1 / 12;

interface RunFlags {
  readonly config: string;
  readonly json?: boolean;
  readonly port?: number;
  readonly data?: string;
  readonly scenario?: string;
  readonly seed?: number;
  readonly speed?: number;
  readonly manual?: boolean;
  readonly trustedCheckpoint?: string;
}

export const registerRun: Register = (program, context) => {
  const command = verb("run", "Run the daemon: watch, decide, move within authority", [
    "run -c tidegate.yaml",
    "run -c tidegate.yaml --port 9000",
    "run -c tidegate.yaml --trusted-checkpoint audit.jsonl",
  ]).option("-c, --config <file>", "configuration", CONFIG_DEFAULT);
  program.addCommand(withRunFlags(command).action((flags: RunFlags) => run(flags.config, flags, context)));
};

export const registerDemo: Register = (program, context) => {
  const command = verb("demo", "Run the sandbox treasury: a local world, nothing real but the code", [
    "demo",
    "demo --scenario bank-run --speed 20m/s",
    "demo --scenario btc-crash --speed 10m/s",
    "demo --manual --data ./my-treasury --seed 42",
  ])
    .option("--scenario <name>", "what happens to it: calm, bank-run, deposit-surge, btc-crash or terra-anchor-2022-05")
    .option("--seed <number>", "the same seed is the same story", parseSeed)
    .option("--speed <speed>", "treasury time per second, like 1h/s or 1s/s", parseSpeedFlag)
    .option("--manual", "no approver answers by itself: approve in the terminal or with ./tidegate approve");
  program.addCommand(
    withRunFlags(command).action((flags: RunFlags) => run(context.composition.sandbox_config, flags, context)),
  );
};

function withRunFlags(command: Command): Command {
  return withJson(command)
    .option(
      "--port <port>",
      "port of the API and the terminal (default: TIDEGATE_PORT or the configuration)",
      parsePort,
    )
    .option(
      "--trusted-checkpoint <file>",
      "an exported log or a checkpoint that the database must continue, or nothing is paid",
    )
    .option("--data <dir>", "data directory (default: TIDEGATE_DATA or the configuration)");
}

async function run(path: string, flags: RunFlags, context: CliContext): Promise<void> {
  const { composition, io } = context;
  const config = await composition.loadConfig(path, runOptions(flags));
  const daemon = await composition.startDaemon(config);
  const stopping = io.untilSignal();
  try {
    // A signal counts from the beginning: what keeps it from getting ready may be why it is stopped.
    const announced = announce(daemon, config, flags, context).then(() => stopping);
    const signal = await Promise.race([daemon.ended, announced, stopping]);
    if (typeof signal === "string") io.err(`${signal}: stopping ...\n`);
  } finally {
    await stopWithin(daemon);
  }
  io.err("Stopped.\n");
}

async function announce(
  daemon: RunningDaemon,
  config: TreasuryConfig,
  { json }: RunFlags,
  { io }: CliContext,
): Promise<void> {
  io.out(json === true ? printLine({ event: "listening", url: daemon.url }) : `${config.name}: ${daemon.url}\n`);
  await daemon.ready;
  io.out(json === true ? printLine({ event: "ready", url: daemon.url }) : "Ready. Ctrl-C stops it.\n");
}

function printLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

async function stopWithin(daemon: RunningDaemon): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, STOP_TIMEOUT_MS);
  });
  await Promise.race([daemon.stop(), late]);
  clearTimeout(timer);
}

function runOptions(flags: RunFlags): RunOptions {
  const { port, data, scenario, seed, speed, manual, trustedCheckpoint } = flags;
  return {
    ...(port === undefined ? {} : { port }),
    ...(data === undefined ? {} : { data_dir: data }),
    ...(scenario === undefined ? {} : { scenario }),
    ...(seed === undefined ? {} : { seed }),
    ...speedOf(speed, manual),
    ...(manual === undefined ? {} : { manual }),
    ...(trustedCheckpoint === undefined ? {} : { trusted_checkpoint: trustedCheckpoint }),
  };
}

/** Whoever approves by hand needs more than the seconds that a day of treasury time takes at full speed. */
function speedOf(speed: number | undefined, manual: boolean | undefined): Pick<RunOptions, "speed"> {
  if (speed !== undefined) return { speed };
  return manual === true ? { speed: MANUAL_SPEED_H_PER_S } : {};
}

export function parsePort(text: string): number {
  return parseWhole(text, 65_535, "a port is 0 to 65535");
}

function parseSeed(text: string): number {
  return parseWhole(text, 4_294_967_295, "a seed is 0 to 4294967295");
}

export function parseWhole(text: string, max: number, rule: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  if (value < 0 || value > max) throw new InvalidArgumentError(`${rule}.`);
  return value;
}

function parseSpeedFlag(text: string): number {
  try {
    return parseSpeed(text);
  } catch (error) {
    if (error instanceof TidegateError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}
