/** `wallets` and `reconcile`: what is held, how old the knowledge is, and whether the books agree. */
import type { Reconciliation, WalletList } from "../../api/index.ts";
import { clientOf, type Register, type RemoteOptions, verb, withRemote } from "../command.ts";
import { CliError } from "../errors.ts";
import { answer, money, table } from "../output.ts";

const MS_PER_SECOND = 1_000;

export const registerWallets: Register = (program, context) => {
  const command = verb("wallets", "List wallets with balance, age and freshness", ["wallets", "wallets --json"]);
  program.addCommand(
    withRemote(command).action(async (flags: RemoteOptions) => {
      const client = await clientOf(flags, context);
      const list = await client.get<WalletList>("/v1/wallets");
      answer(context.io, flags.json, list, ({ items }) =>
        table(
          ["wallet", "venue", "kind", "total", "available", "freshness", "age", "note"],
          items.map((item) => [
            item.id,
            item.venue,
            item.kind,
            money(item.balance?.total ?? null),
            money(item.balance?.available ?? null),
            item.freshness,
            item.age_ms === null ? "-" : `${Math.round(item.age_ms / MS_PER_SECOND)} s`,
            item.error ?? "",
          ]),
        ),
      );
    }),
  );
};

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
              money(item.chain_balance),
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
