/** `wallets` and `reconcile`: what is held, how old the knowledge is, and whether the books agree. */
import type { Reconciliation, WalletList } from "../../api/index.ts";
import { type CliContext, clientOf, type Register, type RemoteOptions, verb, withRemote } from "../command.ts";
import { CliError } from "../errors.ts";
import { answer, money, table } from "../output.ts";
import { walletChanges } from "./wallet_changes.ts";
import { walletsAtVenues } from "./wallets_at_venues.ts";

const MS_PER_SECOND = 1_000;

export const registerWallets: Register = (program, context) => {
  const command = verb("wallets", "List wallets with balance, age and freshness; change what they may do", [
    "wallets",
    "wallets --json",
    'wallets suspend hot-usdt --reason "key under review"',
    'wallets activate hot-usdt --evidence "ticket 12" --as ana',
    "wallets discover bitgo",
  ]);
  withRemote(command).action((flags: RemoteOptions) => list(flags, context));
  for (const change of walletChanges(context)) command.addCommand(change);
  for (const look of walletsAtVenues(context)) command.addCommand(look);
  program.addCommand(command);
};

async function list(flags: RemoteOptions, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const found = await client.get<WalletList>("/v1/wallets");
  answer(context.io, flags.json, found, ({ items }) =>
    table(
      ["wallet", "venue", "kind", "state", "total", "available", "freshness", "age", "note"],
      items.map((item) => [
        item.id,
        item.venue,
        item.kind,
        item.status,
        money(item.balance?.total ?? null),
        money(item.balance?.available ?? null),
        item.freshness,
        item.age_ms === null ? "-" : `${Math.round(item.age_ms / MS_PER_SECOND)} s`,
        item.error ?? allowanceOf(item),
      ]),
    ),
  );
}

/** What the wallet's own owners let be paid in advance. */
function allowanceOf({ allowance }: WalletList["items"][number]): string {
  if (allowance === null) return "";
  const { amount, remaining, resets_at, problem } = allowance;
  if (problem !== null) return `nothing in advance: ${problem}`;
  return `in advance ${money(remaining)} of ${money(amount)}${resets_at === null ? "" : `, whole again ${resets_at}`}`;
}

export const registerReconcile: Register = (program, context) => {
  const command = verb("reconcile", "Compare the books with the venues and the chain; exit code 1 on a break", [
    "reconcile",
    "reconcile --json",
  ]);
  program.addCommand(
    withRemote(command).action(async (flags: RemoteOptions) => {
      const client = await clientOf(flags, context);
      const result = await client.get<Reconciliation>("/v1/reconciliation");
      answer(context.io, flags.json, result, ({ items, last_full }) =>
        [
          table(
            ["wallet", "venue", "books", "chain", "in flight", "pending", "unexplained", "state"],
            items.map((item) => [
              item.wallet_id,
              money(item.venue_balance),
              money(item.ledger_balance),
              chainText(item),
              money(item.in_flight),
              money(item.pending),
              money(item.difference),
              item.state,
            ]),
          ),
          `Last compared in full: ${last_full?.finished_at ?? "never"}.\n`,
        ].join(""),
      );
      if (!result.equal) throw new CliError("reconcile_found_breaks", "The books and the venues differ; see above.");
    }),
  );
};

/** Read one after the other; further apart it is another time. */
const SAME_READ_MS = 60_000;

/** The chain may have been read at another time than the books were compared for: then the figure says when. */
function chainText({ chain_balance, chain_as_of, as_of }: Reconciliation["items"][number]): string {
  const figure = money(chain_balance);
  const apart_ms = Math.abs(Date.parse(chain_as_of ?? "") - Date.parse(as_of ?? ""));
  return chain_balance === null || chain_as_of === null || apart_ms < SAME_READ_MS
    ? figure
    : `${figure} as of ${chain_as_of}`;
}
