/** `bench ledger`: how many postings per second the books take, and whether they balance afterwards. */
import type { Command } from "commander";
import type { BenchLedgerResult } from "../../../bench/ledger.ts";
import { type CliContext, verb, withJson } from "../command.ts";
import { CliError } from "../errors.ts";
import { answer, fields } from "../output.ts";
import { parseWhole } from "./run.ts";

const ACCOUNTS_MAX = 10_000;
const CALLERS_MAX = 5_000;
const SECONDS_MAX = 600;
const [ACCOUNTS, CALLERS, SECONDS] = [50, 20, 5];

interface Flags {
  readonly databaseUrl?: string;
  readonly pglite?: boolean;
  readonly accounts: number;
  readonly callers: number;
  readonly seconds: number;
  readonly pgledgerSql: readonly string[];
  readonly json?: boolean;
}

export function benchLedgerCommand(context: CliContext): Command {
  const examples = [
    "bench ledger --database-url postgresql://tidegate:secret@127.0.0.1/bench --callers 200 --json",
    "bench ledger --pglite",
  ];
  const whole = (max: number) => (text: string) => parseWhole(text, max, `a whole number, at most ${max}`);
  const gather = (file: string, files: readonly string[]) => [...files, file];
  return withJson(verb("ledger", "Postings per second from many callers, and the books' sums after them", examples))
    .option("--database-url <url>", "PostgreSQL server; in a schema that is dropped afterwards (default: embedded)")
    .option("--pglite", "the embedded store, durable, in a directory that is removed afterwards")
    .option("--accounts <number>", "accounts the postings go between", whole(ACCOUNTS_MAX), ACCOUNTS)
    .option("--callers <number>", "callers who post again as soon as they are answered", whole(CALLERS_MAX), CALLERS)
    .option("--seconds <number>", "how long", whole(SECONDS_MAX), SECONDS)
    .option("--pgledger-sql <file>", "SQL of pgledger, to run it beside; again for each file, in order", gather, [])
    .action((flags: Flags) => bench(flags, context));
}

async function bench(flags: Flags, { io }: CliContext): Promise<void> {
  const { databaseUrl, pglite, accounts, callers, seconds, pgledgerSql, json } = flags;
  if (pglite === true && databaseUrl !== undefined) {
    throw new CliError("usage", "--pglite and --database-url exclude each other.");
  }
  if (accounts < 2 || callers < 1 || seconds < 1) {
    throw new CliError("usage", "At least 2 accounts, 1 caller and 1 second.");
  }
  if (databaseUrl === undefined && pgledgerSql.length > 0) {
    throw new CliError("usage", "pgledger needs a server: name one with --database-url.");
  }
  const { benchLedger } = await import("../../../bench/ledger.ts");
  const database_url = databaseUrl ?? null;
  const result = await benchLedger({ database_url, accounts, callers, seconds, pgledger_sql: pgledgerSql });
  answer(io, json, result, forPeople);
  if (!result.check.zero_sum || !result.check.gapless) {
    throw new CliError("bench_books_broken", "The books do not balance after the run; this must never happen.");
  }
}

function forPeople(result: BenchLedgerResult): string {
  const { engine, accounts, callers, seconds, pgledger, check, load } = result;
  const peer =
    pgledger === null ? [] : [["pgledger/s", `${pgledger.per_second} (${result.times_pgledger} times as many)`]];
  return fields([
    ["engine", engine],
    ["run", `${accounts} accounts, ${callers} callers, ${seconds} s, load ${load.join(" to ")}`],
    ["postings/s", String(result.per_second)],
    ["p50, p99", `${result.p50_ms} ms, ${result.p99_ms} ms`],
    ["batches", `${result.batches}, ${result.batch_mean} postings on average, ${result.batch_largest} at most`],
    ["sums", `${check.zero_sum ? "zero" : "BROKEN"}, entries ${check.gapless ? "gapless" : "BROKEN"}`],
    ...(peer as [string, string][]),
  ]);
}
