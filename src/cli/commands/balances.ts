/** `balances`: what wallets without an interface hold, as two people say. */
import type { WalletProposalList } from "../../api/index.ts";
import { type CliContext, clientOf, type Register, type RemoteOptions, verb, withRemote } from "../command.ts";
import { answer } from "../output.ts";
import { queryOf } from "../query.ts";
import { type SigningFlags, withSigning } from "../signing.ts";
import { type ProposeFlags, printWalletProposals, proposeOnWallet, voteOnWallet } from "./wallet_proposals.ts";

interface EnterFlags extends ProposeFlags {
  readonly asOf: string;
}

interface ListFlags extends RemoteOptions {
  readonly state?: string;
  readonly wallet?: string;
}

const ENTER_EXAMPLE =
  'balances enter vault-btc 120.5 --as-of 2026-12-01T08:00:00Z --evidence "statement of 1 December" --as ana';

export const registerBalances: Register = (program, context) => {
  const command = verb("balances", "List balances that people enter for wallets at manual venues", [
    "balances",
    "balances --state all --json",
    ENTER_EXAMPLE,
    "balances confirm wpr_0192... --key ben.json",
  ]);
  withListFlags(command).action((flags: ListFlags) => list(flags, context));
  command.addCommand(
    withListFlags(verb("list", "List entered balances", ["balances list --wallet vault-btc"])).action(
      (_flags: ListFlags, self) => list(self.optsWithGlobals(), context),
    ),
  );
  command.addCommand(enterCommand(context));
  const confirm = verb("confirm", "Confirm an entered balance: its digest is recomputed here, and signed", [
    "balances confirm wpr_0192... --key ben.json",
  ]).argument("<id>", "entered balance");
  command.addCommand(
    withSigning(withRemote(confirm)).action((id: string, _flags: unknown, self) =>
      voteOnWallet(id, "approve", self.optsWithGlobals() as RemoteOptions & SigningFlags, context),
    ),
  );
  program.addCommand(command);
};

function withListFlags(command: ReturnType<typeof verb>): ReturnType<typeof verb> {
  return withRemote(command)
    .option("--state <state>", "waiting (for another person) or all", "waiting")
    .option("--wallet <id>", "only this wallet");
}

function enterCommand(context: CliContext): ReturnType<typeof verb> {
  return withRemote(verb("enter", "Enter what a wallet held; another person has to confirm it", [ENTER_EXAMPLE]))
    .argument("<wallet>", "a wallet at a manual venue")
    .argument("<amount>", "all that it held, in whole units")
    .requiredOption("--as-of <time>", "when it held that; RFC 3339")
    .requiredOption("--evidence <text>", "what proves it; it is signed and recorded")
    .option("--reference <text...>", "where the evidence is kept")
    .requiredOption("--as <person>", "who enters it, and can therefore not confirm it")
    .action((wallet: string, amount: string, _flags: EnterFlags, self) => {
      const flags: EnterFlags = self.optsWithGlobals();
      return proposeOnWallet(wallet, { what: "balance", amount, as_of: flags.asOf }, flags, context);
    });
}

async function list(flags: ListFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const { state, wallet } = flags;
  const found = await client.get<WalletProposalList>(`/v1/wallet-proposals${queryOf({ state, wallet })}`);
  const balances = { ...found, items: found.items.filter(({ what }) => what === "balance") };
  answer(context.io, flags.json, balances, ({ items }) =>
    items.length === 0 ? "No entered balances.\n" : printWalletProposals(items),
  );
}
