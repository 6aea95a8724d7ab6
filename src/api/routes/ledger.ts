/** The books: the trial balance and the accounts, now or at an instant, and statements. */
import type { z } from "zod";
import {
  type AccountRow,
  readStatement,
  type StatementPlace,
  trialBalance,
  trialBalanceAt,
} from "../../ledger/index.ts";
import { type Find, tables } from "../../store/index.ts";
import { ApiError } from "../errors.ts";
import { defineRoute, defineStreamRoute, type Route, StreamedAnswer } from "../route.ts";
import {
  type LedgerAccount,
  LedgerAccountPageSchema,
  LedgerAccountQuerySchema,
  StatementExportQuerySchema,
  StatementQuerySchema,
  StatementSchema,
  type StatementView,
  TrialBalanceQuerySchema,
  TrialBalanceSchema,
} from "../schemas/index.ts";
import type { ApiDeps } from "../types.ts";
import { createPrinter, printTime, viewAccount, viewStatement, viewTrial } from "../views/index.ts";
import { statementCsv } from "../views/statement_csv.ts";
import { notFound } from "./params.ts";

/** Accounts of which a trial balance is made. All of now are one look, for which an embedded database keeps whoever writes waiting. */
const TRIAL_ACCOUNTS_MAX = 50_000;
/** Entries of one page of an export. */
const EXPORT_PAGE = 500;

interface AccountFilter {
  readonly kind?: AccountRow["kind"] | undefined;
  readonly asset?: string | undefined;
  readonly cursor?: string | undefined;
}

/** The cursor is the id of the last account that was given. */
function accountQuery({ kind, asset, cursor }: AccountFilter, limit: number): Find<AccountRow> {
  return {
    where: {
      ...(kind === undefined ? {} : { kind }),
      ...(asset === undefined ? {} : { asset }),
      ...(cursor === undefined ? {} : { id: { gt: cursor } }),
    },
    order_by: [["id", "asc"]],
    limit,
  };
}

/** @throws ApiError api_cursor_malformed */
function readPlace(cursor: string | undefined): StatementPlace | null {
  if (cursor === undefined) return null;
  const match = /^(-?\d{1,15})\.(\d{1,15})$/.exec(cursor);
  if (match === null)
    throw new ApiError("api_cursor_malformed", "This cursor is not one of ours; start again without one.");
  return { at: Number(match[1]), seq: Number(match[2]) };
}

type StatementAsked = z.output<typeof StatementQuerySchema>;

/** @throws ApiError api_input_invalid, api_not_found, api_cursor_malformed */
function statementOf(deps: ApiDeps, query: StatementAsked): Promise<StatementView> {
  return deps.treasury.deps.store.read("api.ledger.statement", async (tx) => {
    const { account: account_id, limit } = query;
    const from = query.from === undefined ? 0 : Date.parse(query.from);
    const to = query.to === undefined ? deps.treasury.deps.clock.now() + 1 : Date.parse(query.to);
    if (from > to) throw new ApiError("api_input_invalid", "The period ends before it begins: from is after to.");
    const after = readPlace(query.cursor);
    const statement = await readStatement(tx, { account_id, from, to, after, limit });
    if (statement === undefined) throw notFound("account", account_id);
    return viewStatement(statement, tx, createPrinter(deps.config));
  });
}

/** A wrong question is answered before the file begins. */
async function exportStatement(deps: ApiDeps, asked: z.output<typeof StatementExportQuerySchema>) {
  const first = await statementOf(deps, { ...asked, limit: EXPORT_PAGE });
  const pages = statementCsv(async (before) => {
    if (before === null) return first;
    const { from, to, next_cursor } = before;
    return statementOf(deps, { ...asked, from, to, limit: EXPORT_PAGE, cursor: next_cursor ?? undefined });
  });
  return new StreamedAnswer("text/csv; charset=utf-8", pages, "statement.csv");
}

export const LEDGER_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/ledger/trial-balance",
    summary: "Both sides of every asset, kind of account by kind of account, now or at an instant",
    tag: "ledger",
    permission: "read",
    query: TrialBalanceQuerySchema,
    out: TrialBalanceSchema,
    handler: async ({ deps, query }) => {
      const { store, clock } = deps.treasury.deps;
      const accounts = await store.read("api.ledger.size", (tx) => tx.count(tables.account));
      if (accounts > TRIAL_ACCOUNTS_MAX) {
        const detail = `The books have ${accounts} accounts; this is answered for at most ${TRIAL_ACCOUNTS_MAX}. Ask for single accounts.`;
        throw new ApiError("api_input_invalid", detail);
      }
      const at = query.at === undefined ? null : Date.parse(query.at);
      const lines = await (at === null ? store.read("api.ledger.trial", trialBalance) : trialBalanceAt(store, at));
      const printer = createPrinter(deps.config);
      const assets = lines.map((line) => viewTrial(line, printer));
      return { as_of: printTime(at ?? clock.now()), balanced: assets.every(({ balanced }) => balanced), assets };
    },
  }),
  defineRoute({
    method: "get",
    path: "/v1/ledger/accounts",
    summary: "Accounts of the books with their balances, now or at an instant, by id",
    tag: "ledger",
    permission: "read",
    query: LedgerAccountQuerySchema,
    out: LedgerAccountPageSchema,
    handler: ({ deps, query }) =>
      deps.treasury.deps.store.read("api.ledger.accounts", async (tx) => {
        const printer = createPrinter(deps.config);
        const rows = await tx.find(tables.account, accountQuery(query, query.limit + 1));
        const at = query.at === undefined ? null : Date.parse(query.at);
        const items: LedgerAccount[] = [];
        for (const row of rows.slice(0, query.limit)) items.push(await viewAccount(row, tx, printer, at));
        const has_more = rows.length > query.limit;
        return { items, has_more, next_cursor: has_more ? (items.at(-1)?.id ?? null) : null };
      }),
  }),
  defineRoute({
    method: "get",
    path: "/v1/ledger/statements",
    summary: "Statement of one account over a period: opening, entries with running balance, closing; oldest first",
    tag: "ledger",
    permission: "read",
    query: StatementQuerySchema,
    out: StatementSchema,
    handler: ({ deps, query }) => statementOf(deps, query),
  }),
  defineStreamRoute({
    path: "/v1/ledger/statements/export",
    summary: "The same statement, whole, as a CSV file",
    tag: "ledger",
    permission: "export",
    query: StatementExportQuerySchema,
    media: ["text/csv"],
    handler: ({ deps, query }) => exportStatement(deps, query),
  }),
];
