/** `bench decide` and `bench routes`: how long one decision takes on this machine. The others have their own files. */
import { type CliContext, type Register, verb, withJson } from "../command.ts";
import { answer, fields } from "../output.ts";
import { benchLedgerCommand } from "./bench_ledger.ts";
import { benchRevalueCommand } from "./bench_revalue.ts";
import { benchVenuesCommand } from "./bench_venues.ts";
import { benchReactCommand, benchWorkflowCommand } from "./bench_workflow.ts";
import { parseWhole } from "./run.ts";

const WALLETS_MAX = 20_000;
const ITERATIONS_MAX = 100_000;

export const registerBench: Register = (program, context) => {
  const command = verb("bench", "Measure on this machine", ["bench decide", "bench ledger --pglite --json"]);
  command.addCommand(
    withJson(verb("decide", "Time the one function: snapshot and policy to decision", ["bench decide --wallets 2000"]))
      .option("--wallets <number>", "wallets of the pool", (text) =>
        parseWhole(text, WALLETS_MAX, "at most 20000 wallets"),
      )
      .option("--iterations <number>", "decisions", (text) => parseWhole(text, ITERATIONS_MAX, "at most 100000"))
      .action((flags: { wallets?: number; iterations?: number; json?: boolean }) => bench(flags, context)),
  );
  command.addCommand(
    withJson(
      verb("routes", "Time choosing sources, destinations and networks", ["bench routes", "bench routes --json"]),
    ).action((flags: { json?: boolean }) => routes(flags, context)),
  );
  command.addCommand(benchRevalueCommand(context));
  command.addCommand(benchLedgerCommand(context));
  command.addCommand(benchWorkflowCommand(context));
  command.addCommand(benchReactCommand(context));
  command.addCommand(benchVenuesCommand(context));
  program.addCommand(command);
};

async function bench(
  flags: { wallets?: number; iterations?: number; json?: boolean },
  { io }: CliContext,
): Promise<void> {
  const { benchDecide } = await import("../../../bench/decide.ts");
  const { wallets, iterations, json } = flags;
  const result = benchDecide({
    ...(wallets === undefined ? {} : { wallets }),
    ...(iterations === undefined ? {} : { iterations }),
  });
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
