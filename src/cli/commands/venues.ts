/** `venues`: the types there are, what the running daemon knows of each venue, and the standard sequence against one. */
import type { VenueList } from "../../api/index.ts";
import {
  type CliContext,
  clientOf,
  type Register,
  type RemoteOptions,
  verb,
  withJson,
  withRemote,
} from "../command.ts";
import { CliError } from "../errors.ts";
import { answer, table } from "../output.ts";

const PPM_PER_PERCENT = 10_000;

interface ExerciseFlags {
  readonly config?: string;
  readonly baseUrl?: string;
  readonly secrets?: string;
  readonly account?: string;
  readonly asset?: string;
  readonly submit?: boolean;
  readonly to?: string;
  readonly amount?: string;
  readonly feeMax?: string;
  readonly json?: boolean;
}

export const registerVenues: Register = (program, context) => {
  const command = verb("venues", "Venues: how their lines have been, what types there are, and a try", [
    "venues",
    "venues list",
    "venues exercise exchange -c tidegate.yaml",
  ]);
  withRemote(command).action((flags: RemoteOptions) => standing(flags, context));
  command.addCommand(
    withJson(verb("list", "List the types of venue that can be configured", ["venues list --json"])).action(
      async (_flags: unknown, self: { optsWithGlobals(): { json?: boolean } }) => {
        const types = await context.composition.venueTypes();
        answer(context.io, self.optsWithGlobals().json, { items: types }, ({ items }) =>
          table(
            ["type", "what it is"],
            items.map(({ type, summary }) => [type, summary]),
          ),
        );
      },
    ),
  );
  command.addCommand(exerciseCommand(context));
  program.addCommand(command);
};

function exerciseCommand(context: CliContext) {
  return withJson(
    verb("exercise", "Ask one venue the standard sequence, against any address; reads only, unless --submit", [
      "venues exercise exchange -c tidegate.yaml --json",
      "venues exercise exchange -c tidegate.yaml --base-url http://127.0.0.1:9000 --secrets secrets.yaml",
    ]),
  )
    .argument("<name>", "a venue of the configuration (-c), or a type of venue")
    .option("-c, --config <file>", "configuration that has the venue")
    .option("--base-url <url>", "address to ask instead of the configured one")
    .option("--secrets <file>", "YAML or JSON with options of the venue (keys, tokens)")
    .option("--account <account>", "the holding to ask about (default: the first)")
    .option("--asset <asset>", "its asset, where no configuration says it")
    .option("--submit", "make one real transfer; needs --to, --amount and --fee-max")
    .option("--to <address>", "destination of the transfer")
    .option("--amount <amount>", "its amount, in whole units")
    .option("--fee-max <amount>", "the most it may cost, in whole units")
    .action(async (name: string, _flags: unknown, self: { optsWithGlobals(): ExerciseFlags }) =>
      exercise(name, self.optsWithGlobals(), context),
    );
}

async function exercise(name: string, flags: ExerciseFlags, { composition, io }: CliContext): Promise<void> {
  const { to, amount, feeMax } = flags;
  const whole = to !== undefined && amount !== undefined && feeMax !== undefined;
  if (flags.submit === true && !whole)
    throw new CliError("usage", "--submit makes a real transfer: give --to, --amount and --fee-max.");
  const config = flags.config === undefined ? null : await composition.loadConfig(flags.config, {});
  const report = await composition.exercise(
    {
      name,
      base_url: flags.baseUrl ?? null,
      secrets_file: flags.secrets ?? null,
      account: flags.account ?? null,
      asset: flags.asset ?? null,
      submit: flags.submit === true && whole ? { to, amount, fee_max: feeMax } : null,
    },
    config,
  );
  answer(io, flags.json, report, ({ steps }) =>
    table(
      ["call", "outcome", "ms", "what came back"],
      steps.map(({ call, outcome, code, duration_ms, detail }) => [
        call,
        code === null ? outcome : `${outcome}: ${code}`,
        String(duration_ms),
        detail,
      ]),
    ),
  );
  const failed = report.steps.filter(({ outcome }) => outcome === "failed").length;
  if (failed > 0) throw new CliError("venue_exercise_failed", `${failed} calls failed; see above.`);
}

async function standing(flags: RemoteOptions, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const list = await client.get<VenueList>("/v1/venues");
  answer(context.io, flags.json, list, ({ items }) =>
    table(
      ["venue", "type", "state", "p50 ms", "p99 ms", "errors %", "budget left %", "last full sync"],
      items.map(({ id, type, state, health, last_full_sync_at }) => [
        id,
        type,
        state,
        text(health?.latency_p50_ms ?? null),
        text(health?.latency_p99_ms ?? null),
        text(health === null ? null : health.error_ppm / PPM_PER_PERCENT),
        text(health?.budget_left_ppm == null ? null : health.budget_left_ppm / PPM_PER_PERCENT),
        last_full_sync_at ?? "never",
      ]),
    ),
  );
}

function text(value: number | null): string {
  return value === null ? "-" : String(value);
}
