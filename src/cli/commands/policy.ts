/** `policy show` (of the running daemon), `policy check` (of a file) and `policy diff` (of a file against the daemon). */
import type { PolicyPreview, PolicyView } from "../../api/index.ts";
import {
  type CliContext,
  CONFIG_DEFAULT,
  clientOf,
  loadConfig,
  type Register,
  type RemoteOptions,
  verb,
  withJson,
  withRemote,
} from "../command.ts";
import { answer, duration, fields, money, table } from "../output.ts";
import { check } from "./check.ts";
import { policyProposals } from "./policy_proposals.ts";
import { parseWhole } from "./run.ts";

export const registerPolicy: Register = (program, context) => {
  const command = verb("policy", "Show the policy in force, or check the one in a file", [
    "policy show",
    "policy check -c tidegate.yaml",
    "policy diff edited.yaml",
    "policy proposals list",
  ]);
  command.addCommand(
    withRemote(verb("show", "Show the policy in force", ["policy show --json"])).action((flags: RemoteOptions) =>
      show(flags, context),
    ),
  );
  command.addCommand(
    withJson(verb("check", "Check the policy in a file", ["policy check -c tidegate.yaml"]))
      .option("-c, --config <file>", "configuration", CONFIG_DEFAULT)
      .action((flags: { config: string; json?: boolean }) => check(flags, context)),
  );
  command.addCommand(
    withRemote(
      verb("diff", "Show what an edited file would do now, and would have done", ["policy diff edited.yaml --days 30"]),
    )
      .argument("<file>", "edited configuration")
      .option(
        "--days <number>",
        "days of recorded decisions",
        (text) => parseWhole(text, DAYS_MAX, "at most 90 days"),
        30,
      )
      .action((file: string, _flags: DiffFlags, self) => diff(file, self.optsWithGlobals(), context)),
  );
  command.addCommand(policyProposals(context));
  program.addCommand(command);
};

const DAYS_MAX = 90;

interface DiffFlags extends RemoteOptions {
  readonly days: number;
}

/** The file is read here; the daemon compares it with what it knows and has recorded. Nothing changes. */
async function diff(file: string, flags: DiffFlags, context: CliContext): Promise<void> {
  const [{ pools }, { encodePolicy }] = await Promise.all([loadConfig(file, context), import("../../policy/index.ts")]);
  const client = await clientOf(flags, context);
  const policies = pools.map(({ policy }) => encodePolicy(policy));
  const preview = await client.post<PolicyPreview>("/v1/policy/preview", { policies, days: flags.days });
  answer(context.io, flags.json, preview, (value) => value.pools.map(printPreview).join("\n"));
}

function printPreview({ pool_id, changes, now, past }: PolicyPreview["pools"][number]): string {
  if (changes.length === 0) return `${pool_id}: no change.\n`;
  const edits = table(
    ["field", "in force", "edited"],
    changes.map((one) => [one.path, one.recorded ?? "-", one.replayed ?? "-"]),
  );
  const summary = fields([
    ["pool", pool_id],
    ["now", now.current.headline],
    ["edited, now", now.differs ? now.proposed.headline : "the same"],
    ["since", past.since],
    ["decisions looked at", `${past.snapshots}, of which ${past.changed} would differ`],
    ["counted", "each by itself, as if the others had not moved: a need that lasts counts every time"],
    ["would have refilled", `${money(past.proposed.to_liquidity)} (in force: ${money(past.current.to_liquidity)})`],
    ["would have swept", `${money(past.proposed.to_reserve)} (in force: ${money(past.current.to_reserve)})`],
    ["would have paid", `${money(past.proposed.fees)} (in force: ${money(past.current.fees)})`],
  ]);
  const examples = table(
    ["at", "in force", "edited"],
    past.examples.map((one) => [one.at, one.current, one.proposed]),
  );
  return `${summary}\n${edits}${past.examples.length > 0 ? `\n${examples}` : ""}`;
}

type PoolPolicy = PolicyView["pools"][number];

/** The rule of a pool without a band, as one sentence. */
function ruleText(task: NonNullable<PoolPolicy["task"]>): string {
  if (task.kind === "deposits") {
    return `an address with ${money(task.sweep_min)} or more is swept, ${task.batch_max} at a time at most`;
  }
  const waits = task.on_demand.length === 0 ? "" : `; ${task.on_demand.join(", ")} only while a sweep waits for it`;
  const cost = `${task.fee_times} times what sending the coin costs, ${money(task.transaction_cost)} at least`;
  return `a wallet that can pay for fewer than ${task.transactions_low} transactions is supplied up to ${task.transactions_target}, never above ${money(task.wallet_max)}; one is taken to cost ${cost}${waits}`;
}

/** Of every asset the least amount is in base units, and says nothing to people unless it is zero. */
function tierText({ asset, from }: PolicyView["quorum"]["tiers"][number]): string {
  const none = !/[1-9]/.test(from);
  if (asset !== "*") return none ? `any amount of ${asset}` : `from ${money({ amount: from, asset })}`;
  return none ? "any amount of any asset" : `from ${from} base units of any asset`;
}

async function show(flags: RemoteOptions, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const policy = await client.get<PolicyView>("/v1/policy");
  answer(context.io, flags.json, policy, ({ pools, quorum }) => {
    const blocks = pools.map((pool) => {
      const { emergency_low, low, target, high, emergency_high, floor } = pool.levels;
      return fields([
        ["pool", pool.pool_id],
        ["digest", pool.digest],
        ...(pool.task === null
          ? ([
              ["levels", [emergency_low, low, target, high, emergency_high].map((level) => level.text).join(" < ")],
              ["floor", floor?.text ?? "none"],
              ["returns to", pool.return_to],
            ] as const)
          : ([["rule", ruleText(pool.task)]] as const)),
        ["move", `${money(pool.move_min)} to ${money(pool.move_max)}`],
        ["fee", `at most ${money(pool.fee_max)} and ${pool.fee_max_percent} %`],
        ...pool.windows.map(
          (window) =>
            [
              window.direction.replace("_", " "),
              `at most ${money(window.amount_max)} and ${window.count_max} moves in ${duration(window.window_ms)}`,
            ] as const,
        ),
      ]);
    });
    const tiers = quorum.tiers.map(
      (tier) =>
        `${tier.direction.replaceAll("_", " ")}, ${tierText(tier)}: ${tier.approvals_needed === 0 ? "nobody" : `${tier.approvals_needed} of ${tier.roles.join(" or ")}`}`,
    );
    return `${blocks.join("\n")}\n${tiers.join("\n")}\n`;
  });
}
