/** `ledger`: accounts of the books, and the statement of one of them as a table, JSON or CSV. */
import type { LedgerAccountPage, StatementEntry, StatementView, TrialAsset, TrialBalance } from "../../api/index.ts";
import { ACCOUNT_KINDS } from "../../ledger/index.ts";
import { type CliContext, clientOf, type Register, type RemoteOptions, verb, withRemote } from "../command.ts";
import { CliError } from "../errors.ts";
import { answer, grouped, money, table } from "../output.ts";
import { queryOf } from "../query.ts";

/** Entries of one request, and of one statement. */
const PAGE = "500";
const ENTRIES_MAX = 1_000_000;

interface AccountFlags extends RemoteOptions {
  readonly kind?: string;
  readonly asset?: string;
  readonly at?: string;
  readonly limit?: string;
  readonly cursor?: string;
}

interface TrialFlags extends RemoteOptions {
  readonly at?: string;
}

interface StatementFlags extends RemoteOptions {
  readonly account: string;
  readonly from?: string;
  readonly to?: string;
  readonly csv?: boolean;
}

export const registerLedger: Register = (program, context) => {
  const command = verb("ledger", "Read the books: trial balance, accounts and statements", [
    "ledger trial-balance",
    "ledger accounts --kind wallet",
    "ledger statement --account wallet/hot-usdt/USDT --from 2026-11-01 --to 2026-12-01 --csv",
  ]);
  command.addCommand(
    withRemote(
      verb(
        "trial-balance",
        "Where value is and to whom it belongs, both sides of every asset; exit code 1 if unequal",
        ["ledger trial-balance --at 2026-11-01"],
      ),
    )
      .option("--at <time>", "balances of this instant: RFC 3339, or a date for its first instant in UTC")
      .action((flags: TrialFlags) => trialBalance(flags, context)),
  );
  command.addCommand(
    withRemote(
      verb("accounts", "Accounts with their balances, now or at an instant", ["ledger accounts --at 2026-11-01"]),
    )
      .option("--kind <kind>", ACCOUNT_KINDS.join(", "))
      .option("--asset <id>", "only this asset")
      .option("--at <time>", "balances of this instant: RFC 3339, or a date for its first instant in UTC")
      .option("--limit <number>", "rows of one page", "100")
      .option("--cursor <cursor>", "next_cursor of the page before")
      .action((flags: AccountFlags) => accounts(flags, context)),
  );
  command.addCommand(
    withRemote(
      verb("statement", "Opening balance, every entry with its running balance, closing balance", [
        "ledger statement --account wallet/hot-usdt/USDT --from 2026-11-01 --to 2026-12-01",
      ]),
    )
      .requiredOption("--account <id>", "account, as `ledger accounts` names it")
      .option("--from <time>", "first instant of the period (default: the beginning)")
      .option("--to <time>", "first instant after the period (default: now)")
      .option("--csv", "print CSV (RFC 4180)")
      .action((flags: StatementFlags) => statement(flags, context)),
  );
  program.addCommand(command);
};

async function trialBalance(flags: TrialFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const trial = await client.get<TrialBalance>(`/v1/ledger/trial-balance${queryOf({ at: readTime(flags.at) })}`);
  answer(context.io, flags.json, trial, trialText);
  if (!trial.balanced) {
    throw new CliError(
      "books_unbalanced",
      "The two sides of an asset differ; see above. Freeze, and compare with a backup.",
    );
  }
}

function trialText({ as_of, assets }: TrialBalance): string {
  if (assets.length === 0) return "Nothing is booked yet.\n";
  return `As of ${as_of}\n${assets.map(trialAsset).join("")}`;
}

/** Where value is at the left, to whom it belongs at the right, and their sums below. */
function trialAsset({ asset, debits, credits, balanced, lines }: TrialAsset): string {
  const rows = lines.map(({ kind, meaning, side, balance, accounts }) => {
    const amount = grouped(balance.amount);
    return [kind, meaning, String(accounts), side === "debit" ? amount : "", side === "credit" ? amount : ""];
  });
  const sums = [
    "",
    balanced ? "both sides equal" : "THE SIDES DIFFER",
    "",
    grouped(debits.amount),
    grouped(credits.amount),
  ];
  return `\n${asset}\n${table(["kind", "what", "accounts", "where it is", "whose it is"], [...rows, sums])}`;
}

async function accounts(flags: AccountFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const { kind, asset, limit, cursor } = flags;
  const query = queryOf({ kind, asset, limit, cursor, at: readTime(flags.at) });
  const page = await client.get<LedgerAccountPage>(`/v1/ledger/accounts${query}`);
  answer(context.io, flags.json, page, ({ items }) =>
    table(
      ["account", "balance", "held", "available", "entries"],
      items.map((item) => [
        item.id,
        grouped(item.balance.amount),
        grouped(item.held?.amount ?? "-"),
        grouped(item.available?.amount ?? "-"),
        String(item.entries),
      ]),
    ),
  );
}

async function statement(flags: StatementFlags, context: CliContext): Promise<void> {
  if (flags.csv === true && flags.json === true) throw new CliError("usage", "--csv and --json exclude each other.");
  if (flags.csv === true) await streamCsv(flags, context);
  else answer(context.io, flags.json, await readAll(flags, context), forPeople);
}

async function streamCsv({ account, ...flags }: StatementFlags, context: CliContext): Promise<void> {
  const client = await clientOf(flags, context);
  const query = queryOf({ account, from: readTime(flags.from), to: readTime(flags.to) });
  for await (const chunk of await client.stream(`/v1/ledger/statements/export${query}`)) context.io.out(chunk);
}

/** Every page. The period is pinned by the first answer, so that what is booked meanwhile does not move its end. */
async function readAll(flags: StatementFlags, context: CliContext): Promise<StatementView> {
  const client = await clientOf(flags, context);
  const items: StatementEntry[] = [];
  let period = { from: readTime(flags.from), to: readTime(flags.to) };
  for (let cursor: string | undefined; ; ) {
    const query = queryOf({ account: flags.account, ...period, limit: PAGE, cursor });
    const page = await client.get<StatementView>(`/v1/ledger/statements${query}`);
    items.push(...page.items);
    if (page.next_cursor === null) return { ...page, items };
    if (items.length >= ENTRIES_MAX) {
      throw new CliError("usage", `More than ${ENTRIES_MAX} entries; ask for a shorter period with --from and --to.`);
    }
    cursor = page.next_cursor;
    period = { from: page.from, to: page.to };
  }
}

/** @throws CliError usage */
function readTime(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const at = /^\d{4}-\d{2}-\d{2}(T.*(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) {
    throw new CliError("usage", `"${text}" is no time: write 2026-11-01 or 2026-11-01T12:00:00Z.`);
  }
  return new Date(at).toISOString();
}

function forPeople({ account, from, to, opening, closing, items }: StatementView): string {
  const rows = items.map(({ seq, at, kind, ref, memo, side, amount, balance }) => [
    ...[String(seq), at, kind, ref, memo],
    ...[side === "debit" ? grouped(amount.amount) : "", side === "credit" ? grouped(amount.amount) : ""],
    grouped(balance.amount),
  ]);
  const entries = table(["seq", "at", "kind", "ref", "memo", "debit", "credit", "balance"], rows);
  return `${account}, ${from} to ${to}\nopening ${money(opening)}\n${entries}closing ${money(closing)}\n`;
}
