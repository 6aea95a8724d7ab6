/** `simulate`: the daemon's own code in virtual time, under lost replies, crashes and reorganisations. */
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import type {
  CrashpointReport,
  Mutant,
  MutantReport,
  SeedResult,
  SimulationReport,
  Violation,
} from "../../simulate/types.ts";
import { type CliContext, type Register, verb, withJson } from "../command.ts";
import { CliError } from "../errors.ts";
import type { Io } from "../io.ts";
import { answer } from "../output.ts";
import { progress } from "../progress.ts";
import { parseWhole } from "./run.ts";
import { printCrashpoints, printMutants, printReport, printTrace } from "./simulate_report.ts";

const SEEDS_MAX = 1_000_000;
const HOURS_MAX = 10_000;
const PAIRS_MAX = 1_000_000;
const SEED_MAX = 4_294_967_295;
const MUTANT_SEEDS = 1_000;
/** Planted bugs live with the tests: a build of the product has none. */
const MUTANTS_FILE = new URL("../../../test/simulation/mutants/index.ts", import.meta.url);

interface SimulateFlags {
  readonly seeds?: number;
  readonly hours: number;
  readonly from: number;
  readonly seed?: number;
  readonly trace?: boolean;
  readonly crashpoints?: boolean;
  readonly pairs?: number;
  readonly mutants?: boolean;
  readonly json?: boolean;
}

const SEEDS_DEFAULT = 20;
const STOPWATCH = { now: () => performance.now() };

export const registerSimulate: Register = (program, context) => {
  const seed = (text: string): number => parseWhole(text, SEED_MAX, "a seed is 0 to 4294967295");
  const command = verb("simulate", "Run the daemon's code under faults in virtual time; exit code 1 on a violation", [
    "simulate",
    "simulate --seeds 1000 --hours 72 --json",
    "simulate --seed 4711 --trace",
    "simulate --crashpoints --pairs 1000",
    "simulate --mutants",
  ])
    .option("--seeds <number>", "how many stories; of --mutants, how many each may take (default: 20; 1000)", (text) =>
      parseWhole(text, SEEDS_MAX, "at most 1000000 seeds"),
    )
    .option(
      "--hours <number>",
      "treasury hours of each",
      (text) => parseWhole(text, HOURS_MAX, "at most 10000 hours"),
      72,
    )
    .option("--from <seed>", "first seed", seed, 1)
    .option("--seed <seed>", "this one seed", seed)
    .option("--trace", "print everything that happens under --seed; runs it twice and compares")
    .option("--crashpoints", "kill the process at every call of every named scenario")
    .option("--pairs <number>", "and at so many pairs of calls", (text) =>
      parseWhole(text, PAIRS_MAX, "at most 1000000 pairs"),
    )
    .option("--mutants", "plant bugs and see each of them found; needs the checkout");
  program.addCommand(withJson(command).action((flags: SimulateFlags) => run(flags, context)));
};

async function run(flags: SimulateFlags, { io }: CliContext): Promise<void> {
  if (flags.mutants === true) return plantMutants(flags, io);
  if (flags.crashpoints === true || flags.pairs !== undefined) return killEverywhere(flags, io);
  if (flags.trace === true) return trace(flags, io);
  // Loaded here and below, so that no other verb pays for the simulator.
  const { simulate } = await import("../../simulate/index.ts");
  const { hours } = flags;
  const [from, seeds] = flags.seed === undefined ? [flags.from, flags.seeds ?? SEEDS_DEFAULT] : [flags.seed, 1];
  const tell = progress(io);
  const onSeed = (done: number): void => tell(`${done} of ${seeds} seeds`);
  const report: SimulationReport = await simulate({ seeds, hours, from, onSeed }, STOPWATCH);
  tell.end();
  answer(io, flags.json, report, printReport);
  failOn(report.violations, (first) => `./tidegate simulate --seed ${first.seed} --hours ${hours} --trace`);
}

async function trace({ seed, from, hours, json }: SimulateFlags, io: Io): Promise<void> {
  const { runSeed } = await import("../../simulate/index.ts");
  const first: SeedResult = await runSeed({ seed: seed ?? from, hours, trace: true });
  const second = await runSeed({ seed: seed ?? from, hours, trace: true });
  answer(io, json, first, printTrace);
  if (first.trace_digest !== second.trace_digest) {
    const digests = `${first.trace_digest} and ${second.trace_digest}`;
    throw new CliError("simulation_found_violations", `Two runs of this seed differ: ${digests}.`);
  }
  failOn(first.violations, () => "the trace above shows it");
}

async function killEverywhere({ seed, pairs, json }: SimulateFlags, io: Io): Promise<void> {
  const { crashpoints, SCENARIOS } = await import("../../simulate/index.ts");
  const tell = progress(io);
  const report: CrashpointReport = await crashpoints(
    {
      ...(seed === undefined ? {} : { seed }),
      ...(pairs === undefined ? {} : { pairs }),
      onScenario: (done, { name, kills }) => tell(`${done} of ${SCENARIOS.length} scenarios: ${name}, ${kills} kills`),
    },
    STOPWATCH,
  );
  tell.end();
  answer(io, json, report, printCrashpoints);
  failOn(report.violations, (first) => `./tidegate simulate --crashpoints --seed ${first.seed}`);
}

async function plantMutants({ seeds = MUTANT_SEEDS, json }: SimulateFlags, io: Io): Promise<void> {
  if (!existsSync(fileURLToPath(MUTANTS_FILE))) {
    throw new CliError(
      "usage",
      "Planted bugs live with the tests and are not part of this build; run this in a checkout of the source.",
    );
  }
  const { runMutants } = await import("../../simulate/index.ts");
  const { MUTANTS } = (await import(pathToFileURL(fileURLToPath(MUTANTS_FILE)).href)) as { MUTANTS: readonly Mutant[] };
  const tell = progress(io);
  const onMutant = (done: number): void => tell(`${done} of ${MUTANTS.length} mutants`);
  const report: MutantReport = await runMutants({ mutants: MUTANTS, seeds, onMutant }, STOPWATCH);
  tell.end();
  answer(io, json, report, printMutants);
  if (report.survivors.length > 0) {
    throw new CliError("simulation_found_violations", `Nobody noticed: ${report.survivors.join(", ")}.`);
  }
}

function failOn(violations: readonly Violation[], again: (first: Violation) => string): void {
  const [first] = violations;
  if (first === undefined) return;
  const text = `${violations.length} violations, the first under seed ${first.seed}; see it again: ${again(first)}`;
  throw new CliError("simulation_found_violations", text);
}
