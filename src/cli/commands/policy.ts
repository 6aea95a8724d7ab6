/** `policy show` (of the running daemon) and `policy check` (of a file). */
import type { PolicyView } from "../../api/index.ts";
import {
  type CliContext,
  CONFIG_DEFAULT,
  clientOf,
  type Register,
  type RemoteOptions,
  verb,
  withJson,
  withRemote,
} from "../command.ts";
import { answer, fields, money } from "../output.ts";
import { check } from "./check.ts";

export const registerPolicy: Register = (program, context) => {
  const command = verb("policy", "Show the policy in force, or check the one in a file", [
    "policy show",
    "policy check -c tidegate.yaml",
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
  program.addCommand(command);
};

async function show(flags: RemoteOptions, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const policy = await client.get<PolicyView>("/v1/policy");
  answer(context.io, flags.json, policy, ({ pools, quorum }) => {
    const blocks = pools.map((pool) => {
      const { emergency_low, low, target, high, emergency_high, floor } = pool.levels;
      return fields([
        ["pool", pool.pool_id],
        ["digest", pool.digest],
        ["levels", [emergency_low, low, target, high, emergency_high].map((level) => level.text).join(" < ")],
        ["floor", floor?.text ?? "none"],
        ["returns to", pool.return_to],
        ["move", `${money(pool.move_min)} to ${money(pool.move_max)}`],
        ["fee", `at most ${money(pool.fee_max)} and ${pool.fee_max_percent} %`],
        ...pool.windows.map(
          (window) =>
            [
              `${window.direction}`,
              `${money(window.amount_max)} and ${window.count_max} moves in ${window.window_ms} ms`,
            ] as const,
        ),
      ]);
    });
    const tiers = quorum.tiers.map(
      (tier) =>
        `${tier.direction} from ${tier.from} ${tier.asset}: ${tier.approvals_needed} of ${tier.roles.join(" or ")}`,
    );
    return `${blocks.join("\n")}\n${tiers.join("\n")}\n`;
  });
}
