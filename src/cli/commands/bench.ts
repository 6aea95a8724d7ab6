/** `bench decide` and `bench routes`: how long one decision takes on this machine. The others have their own files. */
import { type CliContext, type Register, verb, withJson } from "../command.ts";
import { CliError } from "../errors.ts";
import { answer, fields } from "../output.ts";
import { benchLedgerCommand } from "./bench_ledger.ts";
import { benchNoticesCommand } from "./bench_notices.ts";
import { benchRevalueCommand } from "./bench_revalue.ts";
import { benchVenuesCommand } from "./bench_venues.ts";
import { benchReactCommand, benchWorkflowCommand } from "./bench_workflow.ts";
import { parseWhole } from "./run.ts";

const WALLETS_MAX = 20_000;
const ITERATIONS_MAX = 100_000;
const HISTORY_HOURS_MAX = 10_000;
/** From then on a forecast speaks. */
const HISTORY_HOURS_MIN = 96;

interface Flags {
  readonly wallets?: number;
  readonly poolHistory?: number;
  readonly iterations?: number;
  readonly json?: boolean;
}

export const registerBench: Register = (program, context) => {
  const command = verb("bench", "Measure on this machine", ["bench decide", "bench ledger --pglite --json"]);
  command.addCommand(
    withJson(
      verb("decide", "Time the one function: snapshot and policy to decision", [
        "bench decide --wallets 2000",
        "bench decide --pool-history 168 --json",
      ]),
    )
      .option("--wallets <number>", "wallets of the pool", (text) =>
        parseWhole(text, WALLETS_MAX, "at most 20000 wallets"),
      )
      .option("--pool-history <hours>", "one pool with a model and so many hours of flows instead", (text) =>
        parseWhole(text, HISTORY_HOURS_MAX, "at most 10000 hours"),
      )
      .option("--iterations <number>", "decisions", (text) => parseWhole(text, ITERATIONS_MAX, "at most 100000"))
      .action((flags: Flags) => bench(flags, context)),
  );
  command.addCommand(
    withJson(
      verb("routes", "Time choosing sources, destinations and networks", ["bench routes", "bench routes --json"]),
    ).action((flags: { json?: boolean }) => routes(flags, context)),
  );
  command.addCommand(benchRevalueCommand(context));
  command.addCommand(benchNoticesCommand(context));
  command.addCommand(benchLedgerCommand(context));
  command.addCommand(benchWorkflowCommand(context));
  command.addCommand(benchReactCommand(context));
  command.addCommand(benchVenuesCommand(context));
  program.addCommand(command);
};

async function bench({ wallets, poolHistory, iterations, json }: Flags, { io }: CliContext): Promise<void> {
  const { benchDecide } = await import("../../../bench/decide.ts");
  const { benchDecidePool } = await import("../../../bench/decide_pool.ts");
  if (poolHistory !== undefined && wallets !== undefined) {
    throw new CliError("usage", "--pool-history times one pool of two wallets: leave --wallets out.");
  }
  if (poolHistory !== undefined && poolHistory < HISTORY_HOURS_MIN) {
    throw new CliError("usage", `--pool-history is at least ${HISTORY_HOURS_MIN}: a forecast needs so many hours.`);
  }
  const many = iterations === undefined ? {} : { iterations };
  const result =
    poolHistory === undefined
      ? benchDecide({ ...(wallets === undefined ? {} : { wallets }), ...many })
      : benchDecidePool({ history_hours: poolHistory, ...many });
  answer(io, json, result, (value) => fields(Object.entries(value).map(([name, item]) => [name, String(item)])));
}

async function routes({ json }: { json?: boolean }, { io }: CliContext): Promise<void> {
  const { benchRoutes } = await import("../../../bench/routes.ts");
  answer(io, json, benchRoutes(), (value) =>
    fields(
      Object.entries(value).map(([name, item]) => [
        name,
        typeof item === "number" ? String(item) : JSON.stringify(item),
      ]),
    ),
  );
}
