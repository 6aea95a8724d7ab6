/** `bench notices`: one price that calls a whole book, until every notice is queued, and delivered once. */
import type { Command } from "commander";
import { type CliContext, verb, withJson } from "../command.ts";
import { CliError } from "../errors.ts";
import { answer, fields } from "../output.ts";
import { parseWhole } from "./run.ts";

const [NOTICES, NOTICES_MAX] = [10_000, 100_000];

interface Flags {
  readonly notices: number;
  readonly databaseUrl?: string;
  readonly memory?: boolean;
  readonly json?: boolean;
}

export function benchNoticesCommand(context: CliContext): Command {
  const examples = [
    "bench notices --json",
    "bench notices --database-url postgresql://tidegate:secret@127.0.0.1/bench",
    "bench notices --notices 1000",
  ];
  const whole = (text: string) => parseWhole(text, NOTICES_MAX, `a whole number, at most ${NOTICES_MAX}`);
  return withJson(verb("notices", "Time a price that calls every loan of a book at once", examples))
    .option("--notices <number>", "loans that are called", whole, NOTICES)
    .option("--database-url <url>", "PostgreSQL server; in a schema that is dropped afterwards (default: embedded)")
    .option("--memory", "with the store in memory, instead of the durable one of a single machine")
    .action((flags: Flags) => bench(flags, context));
}

async function bench({ notices, databaseUrl, memory, json }: Flags, { io }: CliContext): Promise<void> {
  if (memory === true && databaseUrl !== undefined) {
    throw new CliError("usage", "--memory and --database-url exclude each other.");
  }
  const { benchNotices } = await import("../../../bench/notices.ts");
  const result = await benchNotices({
    ...{ notices, engine: memory === true ? "memory" : "pglite", database_url: databaseUrl ?? null },
  });
  answer(io, json, result, (value) => fields(Object.entries(value).map(([name, item]) => [name, String(item)])));
  if (result.repeated > 0 || result.missing > 0) {
    throw new CliError("bench_notices_lost", "A notice was lost or sent twice; this must never happen.");
  }
}
