/** `bench venues`: a sweep over many wallets and venues within their rate limits, and a flood of webhooks. */
import type { Command } from "commander";
import { type CliContext, verb, withJson } from "../command.ts";
import { answer, fields } from "../output.ts";
import { parseWhole } from "./run.ts";

interface VenuesFlags {
  readonly wallets: number;
  readonly venues: number;
  readonly perSecond: number;
  readonly seconds: number;
  readonly json?: boolean;
}

export function benchVenuesCommand({ io }: CliContext): Command {
  const whole = (max: number) => (text: string) => parseWhole(text, max, `at most ${max}`);
  const command = verb("venues", "Time reading many wallets within rate limits, and a flood of webhooks", [
    "bench venues --json",
    "bench venues --wallets 200 --venues 2 --seconds 5",
  ])
    .option("--wallets <number>", "wallets to read", whole(10_000), 2_000)
    .option("--venues <number>", "venues that hold them", whole(200), 20)
    .option("--per-second <number>", "webhooks in a second, 30 % of them repeats", whole(10_000), 2_000)
    .option("--seconds <number>", "how long they come", whole(600), 60);
  return withJson(command).action(async ({ wallets, venues, perSecond, seconds, json }: VenuesFlags) => {
    const { benchVenues } = await import("../../../bench/venues.ts");
    answer(io, json, await benchVenues({ wallets, venues, webhooks_per_second: perSecond, seconds }), print);
  });
}

function print({ webhooks, ...sweep }: { readonly webhooks: object }): string {
  const rows = [
    ...Object.entries(sweep),
    ...Object.entries(webhooks).map(([name, item]) => [`webhooks ${name}`, item]),
  ];
  return fields(rows.map(([name, item]) => [String(name), String(item)]));
}
