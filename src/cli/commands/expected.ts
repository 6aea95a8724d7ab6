/** `expected`: flows of customers that are announced before they happen. */
import type { ExpectedFlow, ExpectedFlowList, ExpectedFlowRequest } from "../../api/index.ts";
import { digestOf } from "../../digest/index.ts";
import { type CliContext, clientOf, type Register, type RemoteOptions, verb, withRemote } from "../command.ts";
import { answer, fields, money, table } from "../output.ts";
import { queryOf } from "../query.ts";

interface ListFlags extends RemoteOptions {
  readonly wallet?: string;
  readonly state?: string;
}

interface AddFlags extends RemoteOptions {
  readonly wallet: string;
  readonly reference: string;
  readonly amount: string;
  readonly incoming?: boolean;
  readonly destination?: string;
  readonly hash?: string;
  readonly from?: string;
  readonly until?: string;
}

export const registerExpected: Register = (program, context) => {
  const command = verb("expected", "Customers' flows that are announced before they happen", [
    "expected list --state all",
    "expected add --wallet hot-usdt --reference w-4711 --amount 250.00 --destination TQ...",
  ]);
  command.addCommand(
    withRemote(
      verb("list", "List announced flows with their movements, newest first", ["expected list --state missed"]),
    )
      .option("--wallet <id>", "only of this wallet")
      .option("--state <state>", "open, matched, missed, late or all", "open")
      .action((flags: ListFlags) => list(flags, context)),
  );
  command.addCommand(
    withRemote(
      verb("add", "Announce a flow; the same reference of a wallet is the same flow", [
        "expected add --wallet hot-usdt --reference w-4711 --amount 250.00",
      ]),
    )
      .requiredOption("--wallet <id>", "wallet that pays it, or that it comes into")
      .requiredOption("--reference <text>", "the back office's own name of it")
      .requiredOption("--amount <decimal>", "of the wallet's asset, without the network's fee")
      .option("--incoming", "a customer pays in")
      .option("--destination <address>", "where it is paid to, as the venue writes it")
      .option("--hash <hash>", "its transaction, where it is known already")
      .option("--from <time>", "not before (RFC 3339); default: an hour ago")
      .option("--until <time>", "not after; default: a day later")
      .action((flags: AddFlags) => add(flags, context)),
  );
  program.addCommand(command);
};

async function list(flags: ListFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const { wallet: wallet_id, state } = flags;
  const listed = await client.get<ExpectedFlowList>(`/v1/expected-flows${queryOf({ wallet_id, state })}`);
  answer(context.io, flags.json, listed, ({ items }) =>
    items.length === 0
      ? "No expected flows.\n"
      : table(
          ["until", "amount", "direction", "wallet", "state", "reference", "movement"],
          items.map((item) => [
            ...[item.until, money(item.amount), item.direction, item.wallet_id, item.state, item.reference],
            item.movement_id ?? "-",
          ]),
        ),
  );
}

async function add(flags: AddFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const body: ExpectedFlowRequest = {
    wallet_id: flags.wallet,
    reference: flags.reference,
    direction: flags.incoming === true ? "in" : "out",
    amount: flags.amount,
    destination: flags.destination ?? null,
    tx_hash: flags.hash ?? null,
    from: flags.from ?? null,
    until: flags.until ?? null,
  };
  const key = `expected-${digestOf("request", body)}`;
  answer(context.io, flags.json, await client.post<ExpectedFlow>("/v1/expected-flows", body, key), print);
}

function print(row: ExpectedFlow): string {
  return fields([
    ["expected flow", row.id],
    ["state", row.state === "late" ? "late: its movement was listed before; people close its break" : row.state],
    ["amount", `${money(row.amount)} ${row.direction === "in" ? "into" : "out of"} ${row.wallet_id}`],
    ["reference", row.reference],
    ["destination", row.destination ?? "-"],
    ["window", `${row.from} to ${row.until}`],
    ["movement", row.movement_id ?? "-"],
  ]);
}
