/** `plan`: what would be decided now. It reads and decides; it records nothing and moves nothing. */
import type { Money, Plan } from "../../api/index.ts";
import { createClient } from "../client.ts";
import {
  ASKED_TOKEN,
  ASKED_URL,
  type CliContext,
  CONFIG_DEFAULT,
  loadConfig,
  type Register,
  verb,
  withJson,
} from "../command.ts";
import { CliError } from "../errors.ts";
import { hereOrDaemon } from "../here_or_daemon.ts";
import { answer, money } from "../output.ts";

interface PlanFlags {
  readonly config: string;
  readonly json?: boolean;
  readonly url?: string;
  readonly token?: string;
  readonly data?: string;
}

export const registerPlan: Register = (program, context) => {
  const command = verb("plan", "Say what would be decided now, and move nothing", [
    "plan -c tidegate.yaml",
    "plan -c examples/sandbox/tidegate.yaml --json",
    "plan --url http://127.0.0.1:8421 --token file:keys/token",
  ])
    .option("-c, --config <file>", "configuration", CONFIG_DEFAULT)
    .option("--data <dir>", "data directory (default: TIDEGATE_DATA or the configuration)")
    .option("--url <url>", ASKED_URL)
    .option("--token <token>", ASKED_TOKEN);
  program.addCommand(
    withJson(command).action(async (flags: PlanFlags) => {
      const plan = await makePlan(flags, context);
      answer(context.io, flags.json, plan, printPlan);
      if (plan.decisions.length > 0 && plan.decisions.every(isUnknown)) {
        throw new CliError(
          "plan_nothing_known",
          "No balance is known, so nothing was decided: see above, and ./tidegate doctor for what does not answer.",
        );
      }
    }),
  );
};

function isUnknown({ verdict, reasons }: Plan["decisions"][number]): boolean {
  return verdict !== "move" && reasons.some(({ code }) => code === "unknown_balance");
}

/** From the daemon that is named; else from the configuration, or from the running daemon when one holds the data directory. */
async function makePlan(flags: PlanFlags, context: CliContext): Promise<Plan> {
  if (flags.url !== undefined)
    return createClient({ url: flags.url, token: flags.token }, context.io).get<Plan>("/v1/plan");
  const config = await loadConfig(flags.config, context, flags.data === undefined ? {} : { data_dir: flags.data });
  const here = async (): Promise<Plan> => {
    const { describePlan } = await import("../../api/index.ts");
    return describePlan(config, await context.composition.planOnce(config));
  };
  return hereOrDaemon(context, here, () =>
    createClient({ token: flags.token, config }, context.io).get<Plan>("/v1/plan"),
  );
}

function share(percent: string | null): string {
  return percent === null ? "no share" : `${percent} %`;
}

function isZero({ amount }: Money): boolean {
  return !/[1-9]/.test(amount);
}

export function printPlan(plan: Plan): string {
  const blocks = plan.decisions.map((decision) => {
    const { before, after } = decision;
    const lines = [
      `${decision.pool_id}: ${decision.verdict} (${decision.severity})`,
      `  ${decision.headline}`,
      ...(before === null
        ? []
        : [
            `  now    ${money(before.now.liquidity)} (${share(before.now.share_percent)}) of ${money(before.total)}`,
            ...(before.now.share_percent === before.share_percent
              ? []
              : [`  then   ${share(before.share_percent)} when everything on its way has arrived`]),
            ...(isZero(before.now.set_aside)
              ? []
              : [`  aside  ${money(before.now.set_aside)} for known payments; no share counts it`]),
          ]),
      ...(after === null || decision.moves.length === 0
        ? []
        : [`  after  ${money(after.liquidity)} of ${money(after.total)} (${share(after.share_percent)})`]),
      ...decision.moves.map(
        (move) =>
          `  move   ${money(move.amount)} ${move.from_label} -> ${move.to_label} on ${move.network}, fee ${money(move.fee)}`,
      ),
      ...decision.reasons.map((reason) => `  why    ${reason.sentence}`),
      ...decision.counterfactuals.map((text) => `  else   ${text}`),
    ];
    return lines.join("\n");
  });
  return `Mode ${plan.mode}, as of ${plan.as_of}\n\n${blocks.join("\n\n")}\n`;
}
