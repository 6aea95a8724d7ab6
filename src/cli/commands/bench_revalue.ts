/** `bench revalue`: how fast a loan book of a million is revalued, and whether every crossing was told once. */
import type { Command } from "commander";
import { type CliContext, verb, withJson } from "../command.ts";
import { CliError } from "../errors.ts";
import { answer, fields } from "../output.ts";
import { parseWhole } from "./run.ts";

const FACILITIES_MAX = 4_000_000;
const TICKS_MAX = 1_000_000;
const SEED_MAX = 2_147_483_647;
const [FACILITIES, TICKS, SEED] = [1_000_000, 2_000, 1];

interface Flags {
  readonly facilities: number;
  readonly ticks: number;
  readonly seed: number;
  readonly json?: boolean;
}

export function benchRevalueCommand(context: CliContext): Command {
  const examples = ["bench revalue --facilities 1000000 --ticks 2000 --json", "bench revalue --facilities 10000"];
  const whole = (max: number) => (text: string) => parseWhole(text, max, `a whole number, at most ${max}`);
  return withJson(verb("revalue", "Time a price tick over a loan book, against a reference in BigInt", examples))
    .option("--facilities <number>", "loans that are watched", whole(FACILITIES_MAX), FACILITIES)
    .option("--ticks <number>", "prices, each up to ten basis points from the last", whole(TICKS_MAX), TICKS)
    .option("--seed <number>", "of the loans and the walk", whole(SEED_MAX), SEED)
    .action((flags: Flags) => bench(flags, context));
}

async function bench({ facilities, ticks, seed, json }: Flags, { io }: CliContext): Promise<void> {
  const { benchRevalue } = await import("../../../bench/revalue.ts");
  const result = benchRevalue({ facilities, ticks, seed });
  answer(io, json, result, (value) => fields(Object.entries(value).map(([name, item]) => [name, String(item)])));
  if (result.mismatches > 0) {
    throw new CliError("bench_revalue_mismatch", "The index and the reference differ; this must never happen.");
  }
}
