/** `transfers`: what moves, moved, or waits. */
import type { Transfer, TransferDetail, TransferPage } from "../../api/index.ts";
import { type CliContext, clientOf, type Register, type RemoteOptions, verb, withRemote } from "../command.ts";
import { answer, fields, money, table } from "../output.ts";
import { queryOf } from "../query.ts";
import { resolveCommand } from "./resolve.ts";
import { selfPayments } from "./self_payments.ts";

interface ListFlags extends RemoteOptions {
  readonly pool?: string;
  readonly state?: string;
  readonly open?: boolean;
  readonly limit?: string;
  readonly cursor?: string;
}

export const registerTransfers: Register = (program, context) => {
  const command = verb("transfers", "List transfers, newest first", [
    "transfers --open",
    "transfers --state held,submitted",
    "transfers show trf_0192...",
    'transfers cancel trf_0192... --reason "planned by mistake"',
  ]);
  withListFlags(command).action((flags: ListFlags) => list(flags, context));
  command.addCommand(
    withListFlags(verb("list", "List transfers, newest first", ["transfers list --open"])).action(
      (_flags: ListFlags, self) => list(self.optsWithGlobals(), context),
    ),
  );
  command.addCommand(
    withRemote(verb("show", "Show one transfer with its timeline", ["transfers show trf_0192..."]))
      .argument("<id>", "transfer")
      .action((id: string, _flags: RemoteOptions, self) => show(id, self.optsWithGlobals(), context)),
  );
  command.addCommand(
    withRemote(
      verb("cancel", "Cancel a transfer, or ask its venue to withdraw what it has taken", [
        "transfers cancel trf_0192... --reason ...",
      ]),
    )
      .argument("<id>", "transfer")
      .requiredOption("--reason <text>", "why; it is recorded")
      .action((id: string, _flags: RemoteOptions, self) => cancel(id, self.optsWithGlobals(), context)),
  );
  for (const one of selfPayments(context)) command.addCommand(one);
  command.addCommand(resolveCommand(context));
  program.addCommand(command);
};

function withListFlags(command: ReturnType<typeof verb>): ReturnType<typeof verb> {
  return withRemote(command)
    .option("--pool <id>", "only this pool")
    .option("--state <states>", "only these states, separated by commas")
    .option("--open", "only transfers that are not finished")
    .option("--limit <number>", "rows of one page", "20")
    .option("--cursor <cursor>", "next_cursor of the page before");
}

async function list(flags: ListFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const { pool: pool_id, state, limit, cursor } = flags;
  const open = flags.open === true ? "true" : undefined;
  const page = await client.get<TransferPage>(`/v1/transfers${queryOf({ pool_id, state, open, limit, cursor })}`);
  answer(context.io, flags.json, page, ({ items }) =>
    table(
      ["created_at", "state", "stage", "amount", "from", "to", "network", "type", "id"],
      items.map((item) => [
        item.created_at,
        item.state,
        item.stage ?? "-",
        money(item.amount),
        item.from.wallet,
        item.to.wallet,
        item.network,
        item.type,
        item.id,
      ]),
    ),
  );
}

async function show(id: string, flags: RemoteOptions, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const detail = await client.get<TransferDetail>(`/v1/transfers/${encodeURIComponent(id)}`);
  answer(context.io, flags.json, detail, ({ transfer, quorum, timeline }) => {
    const votes = `${quorum.approvals.length} of ${quorum.needed} (${quorum.approvals.join(", ") || "nobody yet"})`;
    const lines = timeline.map((entry) => `${entry.at}  ${entry.actor}  ${entry.sentence}`);
    return `${printTransfer(transfer)}${fields([["approvals", votes]])}\n${lines.join("\n")}\n`;
  });
}

async function cancel(id: string, flags: RemoteOptions & { reason: string }, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const path = `/v1/transfers/${encodeURIComponent(id)}/cancel`;
  const transfer = await client.post<Transfer>(path, { reason: flags.reason });
  answer(context.io, flags.json, transfer, printTransfer);
}

export function printTransfer(transfer: Transfer): string {
  const stage = transfer.stage === null ? "" : ` (${transfer.stage})`;
  return fields([
    ["transfer", transfer.id],
    ["state", `${transfer.state}${stage}`],
    ["amount", money(transfer.amount)],
    ["from", `${transfer.from.label} (${transfer.from.wallet} at ${transfer.from.venue})`],
    ["to", `${transfer.to.label} (${transfer.to.wallet} at ${transfer.to.venue}), ${transfer.to.address || "itself"}`],
    ...(transfer.self === undefined ? [] : [["itself", selfText(transfer.self)] as const]),
    ["network", transfer.network],
    ["fee", `${money(transfer.fee_actual)} of at most ${money(transfer.fee_max)}`],
    ["type", `${transfer.type}, ${transfer.initiator}`],
    ["reason", transfer.reason],
    ["digest", transfer.digest],
    ["tx_hash", transfer.tx_hash ?? "-"],
    ...(transfer.note === null ? [] : [["note", transfer.note] as const]),
  ]);
}

function selfText({ purpose, touches_max, parent }: NonNullable<Transfer["self"]>): string {
  const coins = `coins of at most ${money(touches_max)} come back, only the fee leaves`;
  return purpose === "consolidate" ? `small coins become one; ${coins}` : `pays for ${parent}, which waits; ${coins}`;
}
