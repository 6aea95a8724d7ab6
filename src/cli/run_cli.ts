/** The command line: verbs, help, and one place where a failure becomes a sentence and an exit code. */
import { Command, CommanderError } from "commander";
import { ConfigError } from "../config/index.ts";
import { EXIT_CODES, TidegateError } from "../errors/index.ts";
import type { CliContext, Register } from "./command.ts";
import { registerAnomalies } from "./commands/anomalies.ts";
import { registerApprovals, registerApprove, registerDeny } from "./commands/approvals.ts";
import { registerAudit } from "./commands/audit.ts";
import { registerBacktest } from "./commands/backtest.ts";
import { registerBalances } from "./commands/balances.ts";
import { registerBench } from "./commands/bench.ts";
import { registerBreaks } from "./commands/breaks.ts";
import { registerCheck } from "./commands/check.ts";
import { registerDecisions } from "./commands/decisions.ts";
import { registerDetect } from "./commands/detect.ts";
import { registerDoctor } from "./commands/doctor.ts";
import { registerEnvelopes } from "./commands/envelopes.ts";
import { registerExpected } from "./commands/expected.ts";
import { registerFacilities } from "./commands/facilities.ts";
import { registerLedger } from "./commands/ledger.ts";
import { registerFreeze, registerResume } from "./commands/mode.ts";
import { registerObligations } from "./commands/obligations.ts";
import { registerPlan } from "./commands/plan.ts";
import { registerPolicy } from "./commands/policy.ts";
import { registerPsbt } from "./commands/psbt.ts";
import { registerDemo, registerRun } from "./commands/run.ts";
import { registerSimulate } from "./commands/simulate.ts";
import { registerStress } from "./commands/stress.ts";
import { registerTransfers } from "./commands/transfers.ts";
import { registerVenues } from "./commands/venues.ts";
import { registerReconcile, registerWallets } from "./commands/wallets.ts";
import type { Composition } from "./composition.ts";
import { type Io, processIo } from "./io.ts";

const VERBS: readonly Register[] = [
  registerDemo,
  registerRun,
  registerCheck,
  registerPlan,
  registerDecisions,
  registerObligations,
  registerExpected,
  registerAnomalies,
  registerTransfers,
  registerApprovals,
  registerPsbt,
  registerApprove,
  registerDeny,
  registerFreeze,
  registerResume,
  registerWallets,
  registerBalances,
  registerVenues,
  registerReconcile,
  registerBreaks,
  registerEnvelopes,
  registerFacilities,
  registerLedger,
  registerDoctor,
  registerPolicy,
  registerAudit,
  registerSimulate,
  registerStress,
  registerDetect,
  registerBacktest,
  registerBench,
];

/**
 * Runs one command and answers its exit code: 0 ok, 1 error, 2 usage, 3 denied by policy, 4 needs approval, 5 stale data.
 * `argv` is what follows the name of the program.
 * @example process.exitCode = await runCli(process.argv.slice(2), composition);
 */
export async function runCli(argv: readonly string[], composition: Composition, io: Io = processIo()): Promise<number> {
  const program = createProgram({ composition, io });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return EXIT_CODES.ok;
  } catch (error) {
    return explain(error, argv.includes("--json"), io);
  }
}

/** Every verb with its options and help. */
export function createProgram(context: CliContext): Command {
  const program = new Command("tidegate")
    .description("Keeps every hot wallet at the level it should have, and everything else in custody.")
    .version(context.composition.version, "-V, --version", "print the version")
    .addHelpText("before", "Examples:\n  $ ./tidegate demo\n  $ ./tidegate plan -c tidegate.yaml\n")
    .addHelpText("after", "\nExit codes: 0 ok, 1 error, 2 usage, 3 denied by policy, 4 needs approval, 5 stale data.")
    .showSuggestionAfterError(true);
  for (const register of VERBS) register(program, context);
  quietly(program, context.io);
  return program;
}

/** No command ends the process or writes past `io`. */
function quietly(command: Command, io: Io): void {
  command.exitOverride();
  command.configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
  for (const inner of command.commands) quietly(inner, io);
}

function explain(error: unknown, json: boolean, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
  if (!(error instanceof TidegateError)) throw error;
  if (json) io.err(`${JSON.stringify({ code: error.code, message: error.message, facts: error.facts })}\n`);
  else if (error instanceof ConfigError) io.err(`${configSentences(error)}\n`);
  else io.err(`${error.code}: ${error.message}\n`);
  return error.exit_code;
}

function configSentences(error: ConfigError): string {
  return error.problems
    .map(({ code, message, line, column }) => {
      const place = line === null ? error.file : `${error.file}:${line}:${column ?? 1}`;
      return `${place}: ${code}: ${message}`;
    })
    .join("\n");
}
