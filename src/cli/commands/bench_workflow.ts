/** `bench workflow` and `bench react`: transfers per second, and the time from a push to a submit, on a PostgreSQL that may be filled. */
import type { Command } from "commander";
import { type CliContext, verb, withJson } from "../command.ts";
import { answer, fields } from "../output.ts";
import { parseWhole } from "./run.ts";

interface WorkflowFlags {
  readonly databaseUrl: string;
  readonly callers: number;
  readonly seconds: number;
  readonly json?: boolean;
}

export function benchWorkflowCommand({ io }: CliContext): Command {
  const command = verb("workflow", "Transfers per second from plan to settled", [
    "bench workflow --database-url postgresql://tidegate@localhost/bench --callers 16",
  ])
    .requiredOption("--database-url <url>", "a PostgreSQL database; a schema of its own is made and left in it")
    .option("--callers <number>", "transfers driven at once", (text) => parseWhole(text, 64, "at most 64"), 16)
    .option("--seconds <number>", "how long", (text) => parseWhole(text, 600, "at most 600"), 10);
  return withJson(command).action(async ({ databaseUrl, callers, seconds, json }: WorkflowFlags) => {
    const { benchWorkflow } = await import("../../../bench/workflow.ts");
    answer(io, json, await benchWorkflow({ database_url: databaseUrl, callers, seconds }), print);
  });
}

interface ReactFlags {
  readonly databaseUrl: string;
  readonly samples: number;
  readonly json?: boolean;
}

export function benchReactCommand({ io }: CliContext): Command {
  const command = verb("react", "Time from a push of a venue to the submit on the wire", [
    "bench react --database-url postgresql://tidegate@localhost/bench --samples 50",
  ])
    .requiredOption("--database-url <url>", "a PostgreSQL database; a schema of its own is made and left in it")
    .option(
      "--samples <number>",
      "pushes, each after a quiet time",
      (text) => parseWhole(text, 150, "at most 150"),
      50,
    );
  return withJson(command).action(async ({ databaseUrl, samples, json }: ReactFlags) => {
    const { benchReact } = await import("../../../bench/react.ts");
    answer(io, json, await benchReact({ database_url: databaseUrl, samples }), print);
  });
}

function print(result: object): string {
  return fields(Object.entries(result).map(([name, item]) => [name, String(item)]));
}
