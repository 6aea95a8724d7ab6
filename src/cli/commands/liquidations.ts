/** `liquidations`: sales of collateral, and what people do with what one of them left. */
import type { Liquidation, LiquidationList } from "../../api/index.ts";
import { digestOf } from "../../digest/index.ts";
import { askTransfer } from "../ask_transfer.ts";
import { type CliContext, clientOf, type RemoteOptions, verb, withRemote } from "../command.ts";
import { answer, money, table } from "../output.ts";
import { queryOf } from "../query.ts";

interface ListFlags extends RemoteOptions {
  readonly state: string;
}

interface AskFlags extends RemoteOptions {
  readonly reason: string;
  readonly as: string;
}

interface PaidFlags extends RemoteOptions {
  readonly reference: string;
  readonly as: string;
}

export function liquidationsCommand(context: CliContext): ReturnType<typeof verb> {
  const command = verb("liquidations", "List sales of collateral, newest first, and what of them waits for people", [
    "liquidations --state all",
    'liquidations bring-home liq_0192... --reason "its way home was denied" --as ana',
    "liquidations surplus-paid liq_0192... --reference wire-9 --as ana",
  ]);
  withRemote(command)
    .option("--state <state>", "open or all", "open")
    .action((flags: ListFlags) => list(flags, context));
  command.addCommand(
    askCommand("bring-home", "Bring what a sale left at the market back into the loan's own wallet", context),
  );
  command.addCommand(
    askCommand("pay-surplus", "Pay what a sale brought beyond the debt to the borrower's own address", context),
  );
  command.addCommand(paidCommand(context));
  return command;
}

function askCommand(name: "bring-home" | "pay-surplus", summary: string, context: CliContext) {
  return withRemote(
    verb(name, `${summary}; a transfer under its quorum`, [`liquidations ${name} liq_0192... --reason "..." --as ana`]),
  )
    .argument("<id>", "liquidation")
    .requiredOption("--reason <text>", "why; it is signed and recorded")
    .requiredOption("--as <person>", "who asks, and can therefore not approve it")
    .action(async (id: string, _flags: AskFlags, self) => {
      const flags: AskFlags = self.optsWithGlobals();
      const client = await clientOf(flags, context);
      const body = { reason: flags.reason, initiator: flags.as };
      const path = `/v1/liquidations/${encodeURIComponent(id)}/${name}`;
      const row = await askTransfer(client, path, body);
      answer(
        context.io,
        flags.json,
        row,
        ({ id: transfer, state, amount, fee_max }) =>
          `${transfer} is ${state}: ${money(amount)}, for a fee of at most ${money(fee_max)}.\n`,
      );
    });
}

function paidCommand(context: CliContext): ReturnType<typeof verb> {
  return withRemote(
    verb("surplus-paid", "Record that the borrower got what a sale brought beyond the debt beside our wallets; once", [
      "liquidations surplus-paid liq_0192... --reference wire-9 --as ana",
    ]),
  )
    .argument("<id>", "liquidation")
    .requiredOption("--reference <id>", "of the bank or chain")
    .requiredOption("--as <person>", "who records it")
    .action(async (id: string, _flags: PaidFlags, self) => {
      const flags: PaidFlags = self.optsWithGlobals();
      const client = await clientOf(flags, context);
      const body = { reference: flags.reference, recorded_by: flags.as };
      const path = `/v1/liquidations/${encodeURIComponent(id)}/surplus-paid`;
      const sale = await client.post<Liquidation>(path, body, `surplus-paid-${digestOf("request", { id, body })}`);
      answer(context.io, flags.json, sale, ({ note }) => `${note ?? "Recorded."}\n`);
    });
}

async function list(flags: ListFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const found = await client.get<LiquidationList>(`/v1/liquidations${queryOf({ state: flags.state })}`);
  answer(context.io, flags.json, found, ({ items }) =>
    items.length === 0 ? "No liquidations.\n" : [printSales(items), ...items.flatMap(leftOf)].join("\n"),
  );
}

function printSales(items: readonly Liquidation[]): string {
  return table(
    ["liquidation", "reference", "state", "to sell", "sold", "proceeds", "repaid", "limit", "transfer", "note"],
    items.map((one) => [
      ...[one.id, one.reference, one.state, money(one.amount), money(one.sold), money(one.proceeds)],
      ...[money(one.repaid), money(one.price_limit), one.transfer_id ?? "-", one.note ?? "-"],
    ]),
  );
}

function leftOf({ id, reference, left }: Liquidation): string[] {
  return left === null ? [] : [`${reference}, ${id}: ${left.sentence}\n`];
}
