/** `decisions`: what was decided and why. */
import type { DecisionDetail, DecisionPage } from "../../api/index.ts";
import { type CliContext, clientOf, type Register, type RemoteOptions, verb, withRemote } from "../command.ts";
import { answer, money, table } from "../output.ts";
import { queryOf } from "../query.ts";
import { printPlan } from "./plan.ts";

interface ListFlags extends RemoteOptions {
  readonly pool?: string;
  readonly verdict?: string;
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
    .option("--limit <number>", "rows of one page", "20")
    .option("--cursor <cursor>", "next_cursor of the page before");
  withRemote(command).action((flags: ListFlags) => list(flags, context));
  command.addCommand(
    withRemote(verb("show", "Show one decision with its snapshot", ["decisions show dec_0192..."]))
      .argument("<id>", "decision")
      .action((id: string, _flags: RemoteOptions, self) => show(id, self.optsWithGlobals(), context)),
  );
  program.addCommand(command);
};

async function list(flags: ListFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const { pool: pool_id, verdict, limit, cursor } = flags;
  const page = await client.get<DecisionPage>(`/v1/decisions${queryOf({ pool_id, verdict, limit, cursor })}`);
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
  answer(context.io, flags.json, detail, ({ decision, snapshot }) => {
    const plan = printPlan({ as_of: decision.decided_at, mode: snapshot?.mode ?? "unknown", decisions: [decision] });
    const wallets = (snapshot?.wallets ?? []).map((wallet) => [
      wallet.wallet_id,
      wallet.side,
      money(wallet.available),
      wallet.freshness,
      wallet.as_of ?? "-",
    ]);
    return `${plan}\n${table(["wallet", "side", "available", "freshness", "as_of"], wallets)}`;
  });
}
