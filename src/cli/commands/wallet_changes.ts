/** `wallets suspend`, `activate` and `archive`: one person stops, others let go on or close for good. */
import type { WalletStanding } from "../../api/index.ts";
import { type CliContext, clientOf, type RemoteOptions, verb, withRemote } from "../command.ts";
import { answer } from "../output.ts";
import { type ProposeFlags, proposeOnWallet } from "./wallet_proposals.ts";

interface SuspendFlags extends RemoteOptions {
  readonly reason: string;
}

export function walletChanges(context: CliContext): ReturnType<typeof verb>[] {
  const example = 'wallets suspend hot-usdt --reason "key under review"';
  const suspendCommand = withRemote(verb("suspend", "No new transfer in or out of a wallet, at once", [example]))
    .argument("<wallet>", "wallet")
    .requiredOption("--reason <text>", "why; it is recorded")
    .action((id: string, _flags: SuspendFlags, self) => suspend(id, self.optsWithGlobals(), context));
  return [
    suspendCommand,
    proposeCommand(context, "activate", "Propose that a new or suspended wallet may move money; two others decide"),
    proposeCommand(context, "archive", "Propose to close a suspended wallet for good; it has to be empty"),
  ];
}

function proposeCommand(context: CliContext, what: "activate" | "archive", summary: string): ReturnType<typeof verb> {
  return withRemote(verb(what, summary, [`wallets ${what} hot-usdt --evidence "ticket 12" --as ana`]))
    .argument("<wallet>", "wallet")
    .requiredOption("--evidence <text>", "why; it is signed and recorded")
    .option("--reference <text...>", "where the evidence is kept")
    .requiredOption("--as <person>", "who proposes it, and can therefore not approve it")
    .action((id: string, _flags: ProposeFlags, self) =>
      proposeOnWallet(id, { what, amount: null, as_of: null }, self.optsWithGlobals(), context),
    );
}

async function suspend(id: string, flags: SuspendFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const path = `/v1/wallets/${encodeURIComponent(id)}/suspend`;
  const standing = await client.post<WalletStanding>(path, { reason: flags.reason });
  answer(
    context.io,
    flags.json,
    standing,
    ({ by, at, reason }) => `${id} is suspended by ${by} since ${at}: ${reason}\n`,
  );
}
