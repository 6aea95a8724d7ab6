/** `ledger`: accounts of the books, and the statement of one of them as a table, JSON or CSV. */
import type { LedgerAccountPage, StatementEntry, StatementView } from "../../api/index.ts";
import { csvRow } from "../../audit/index.ts";
import { type CliContext, clientOf, type Register, type RemoteOptions, verb, withRemote } from "../command.ts";
import { CliError } from "../errors.ts";
import { answer, grouped, money, printJson, table } from "../output.ts";
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

interface StatementFlags extends RemoteOptions {
  readonly account: string;
  readonly from?: string;
  readonly to?: string;
  readonly csv?: boolean;
}

export const registerLedger: Register = (program, context) => {
  const command = verb("ledger", "Read the books: accounts and statements", [
    "ledger accounts --kind wallet",
    "ledger statement --account wallet/hot-usdt/USDT --from 2026-11-01 --to 2026-12-01 --csv",
  ]);
  command.addCommand(
    withRemote(
      verb("accounts", "Accounts with their balances, now or at an instant", ["ledger accounts --at 2026-11-01"]),
    )
      .option(
        "--kind <kind>",
        "wallet, transit, fee, customers, collateral, equity, suspense_surplus, suspense_shortfall",
      )
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
  const found = await readAll(flags, context);
  const { io } = context;
  if (flags.csv === true) io.out(statementCsv(found));
  else io.out(flags.json === true ? printJson(found) : forPeople(found));
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

function rowsOf({ items }: StatementView): string[][] {
  return items.map(({ seq, at, kind, ref, memo, side, amount, balance }) => [
    ...[String(seq), at, kind, ref, memo],
    ...[side === "debit" ? amount.amount : "", side === "credit" ? amount.amount : "", balance.amount],
  ]);
}

/** Columns from here on are amounts. */
const FIRST_AMOUNT = 5;
const HEADER = ["seq", "at", "kind", "ref", "memo", "debit", "credit", "balance"];

/** Opening and closing are lines of their own, so that the file says all by itself. */
export function statementCsv(view: StatementView): string {
  const edge = (name: string, at: string, amount: string) => ["", at, name, view.account, "", "", "", amount];
  return [
    HEADER,
    edge("opening", view.from, view.opening.amount),
    ...rowsOf(view),
    edge("closing", view.to, view.closing.amount),
  ]
    .map(csvRow)
    .join("");
}

function forPeople(view: StatementView): string {
  const { account, from, to, opening, closing } = view;
  const rows = rowsOf(view).map((row) => row.map((cell, at) => (at >= FIRST_AMOUNT ? grouped(cell) : cell)));
  return `${account}, ${from} to ${to}\nopening ${money(opening)}\n${table(HEADER, rows)}closing ${money(closing)}\n`;
}
