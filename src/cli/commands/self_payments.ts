/** `transfers consolidate` and `transfers hasten`: a wallet pays itself, and only the fee leaves. */
import type { Transfer } from "../../api/index.ts";
import { digestOf } from "../../digest/index.ts";
import { type CliContext, clientOf, type RemoteOptions, verb, withRemote } from "../command.ts";
import { answer } from "../output.ts";
import { printTransfer } from "./transfers.ts";

interface Flags extends RemoteOptions {
  readonly reason: string;
  readonly as: string;
  readonly key?: string;
}

export function selfPayments(context: CliContext): ReturnType<typeof verb>[] {
  const together = 'transfers consolidate vault-btc --reason "fees are low" --as ana';
  const hasten = 'transfers hasten vault-btc 3f1c... --reason "it waits since yesterday" --as ana';
  return [
    withFlags(verb("consolidate", "Ask a wallet to put its small coins together", [together]))
      .argument("<wallet>", "wallet")
      .action((wallet: string, _flags: Flags, self) =>
        ask({ wallet, purpose: "consolidate" }, self.optsWithGlobals(), context),
      ),
    withFlags(verb("hasten", "Ask a wallet to pay for a transaction that waits, by spending what it brought", [hasten]))
      .argument("<wallet>", "wallet that got change or an arrival from it")
      .argument("<tx_hash>", "the transaction that waits")
      .action((wallet: string, parent: string, _flags: Flags, self) =>
        ask({ wallet, purpose: "hasten", parent }, self.optsWithGlobals(), context),
      ),
  ];
}

function withFlags(command: ReturnType<typeof verb>): ReturnType<typeof verb> {
  return withRemote(command)
    .requiredOption("--reason <text>", "why; it is recorded")
    .requiredOption("--as <person>", "who asks for it, and can therefore not approve it")
    .option("--key <text>", "another key asks anew for what was asked for before");
}

async function ask(
  wish: { readonly wallet: string; readonly purpose: string; readonly parent?: string },
  flags: Flags,
  context: CliContext,
): Promise<void> {
  const client = await clientOf(flags, context);
  const body = { ...wish, reason: flags.reason, initiator: flags.as };
  const key = flags.key ?? `self-${digestOf("request", body)}`;
  const transfer = await client.post<Transfer>("/v1/self-payments", body, key);
  answer(context.io, flags.json, transfer, printTransfer);
}
