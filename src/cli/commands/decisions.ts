/** `decisions`: what was decided and why, and whether it comes out the same again. */
import type { DecisionDetail, DecisionPage } from "../../api/index.ts";
import { type CliContext, clientOf, type Register, type RemoteOptions, verb, withRemote } from "../command.ts";
import { CliError } from "../errors.ts";
import { answer, money, table } from "../output.ts";
import { queryOf } from "../query.ts";
import { printPlan } from "./plan.ts";

interface ListFlags extends RemoteOptions {
  readonly pool?: string;
  readonly verdict?: string;
  readonly severity?: string;
  readonly cause?: string;
  readonly limit?: string;
  readonly cursor?: string;
}

export const registerDecisions: Register = (program, context) => {
  const command = verb("decisions", "List decisions with their reasons, newest first", [
    "decisions",
    "decisions --pool usdt --verdict move --limit 20",
    "decisions show dec_0192... --json",
  ])
    .option("--pool <id>", "only this pool")
    .option("--verdict <verdict>", "hold, move, wait, blocked or escalate")
    .option("--severity <severity>", "normal, urgent or emergency")
    .option("--cause <cause>", "what woke the loop, like schedule or push")
    .option("--limit <number>", "rows of one page", "20")
    .option("--cursor <cursor>", "next_cursor of the page before");
  withRemote(command).action((flags: ListFlags) => list(flags, context));
  command.addCommand(
    withRemote(verb("show", "Show one decision with its snapshot", ["decisions show dec_0192..."]))
      .argument("<id>", "decision")
      .action((id: string, _flags: RemoteOptions, self) => show(id, self.optsWithGlobals(), context)),
  );
  command.addCommand(
    withRemote(
      verb("replay", "Make a recorded decision again and compare it, in this process", [
        "decisions replay dec_0192...",
      ]),
    )
      .argument("<id>", "decision")
      .action((id: string, _flags: RemoteOptions, self) => replay(id, self.optsWithGlobals(), context)),
  );
  program.addCommand(command);
};

async function list(flags: ListFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const { pool: pool_id, verdict, severity, cause, limit, cursor } = flags;
  const query = queryOf({ pool_id, verdict, severity, cause, limit, cursor });
  const page = await client.get<DecisionPage>(`/v1/decisions${query}`);
  answer(context.io, flags.json, page, ({ items }) =>
    table(
      ["decided_at", "pool", "verdict", "severity", "times", "headline", "id"],
      items.map((item) => [
        item.decided_at,
        item.pool_id,
        item.verdict,
        item.severity,
        String(item.repeats + 1),
        item.headline,
        item.id ?? "-",
      ]),
    ),
  );
}

async function show(id: string, flags: RemoteOptions, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const detail = await client.get<DecisionDetail>(`/v1/decisions/${encodeURIComponent(id)}`);
  answer(context.io, flags.json, detail, ({ decision, snapshot, shadow }) => {
    const plan = printPlan({ as_of: decision.decided_at, mode: snapshot?.mode ?? "unknown", decisions: [decision] });
    const wallets = (snapshot?.wallets ?? []).map((wallet) => [
      wallet.wallet_id,
      wallet.side,
      money(wallet.available),
      wallet.freshness,
      wallet.as_of ?? "-",
    ]);
    const beside = shadow === null ? "" : `\nThe model in the shadow would say: ${shadow.headline}\n`;
    return `${plan}${beside}\n${table(["wallet", "side", "available", "freshness", "as_of"], wallets)}`;
  });
}

/** The daemon gives the record; this process decides again and compares, so that nobody has to believe the daemon. */
async function replay(id: string, flags: RemoteOptions, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const { raw, decision } = await client.get<DecisionDetail>(`/v1/decisions/${encodeURIComponent(id)}`);
  if (raw.policy === null) {
    throw new CliError(
      "policy_not_kept",
      `The policy of ${id} was not kept; decisions of older versions cannot be replayed.`,
    );
  }
  const { replayDecision } = await import("../../policy/index.ts");
  const { matches, differences } = replayDecision(raw);
  const { policy_digest } = decision;
  answer(context.io, flags.json, { id, policy_digest, matches, differences }, () =>
    matches
      ? `${id} comes out the same, bit for bit, under policy ${policy_digest.slice(0, 16)}.\n`
      : `${id} does NOT come out the same.\n${table(
          ["path", "recorded", "replayed"],
          differences.map((one) => [one.path, one.recorded ?? "-", one.replayed ?? "-"]),
        )}`,
  );
  if (!matches) throw new CliError("replay_differs", `${id} was recorded otherwise than it comes out now.`);
}
