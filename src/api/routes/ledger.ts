/** The books: accounts now or at an instant, and statements. */
import { type AccountRow, readStatement, type StatementPlace } from "../../ledger/index.ts";
import { type Find, tables } from "../../store/index.ts";
import { ApiError } from "../errors.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  type LedgerAccount,
  LedgerAccountPageSchema,
  LedgerAccountQuerySchema,
  StatementQuerySchema,
  StatementSchema,
} from "../schemas/index.ts";
import { createPrinter, viewAccount, viewStatement } from "../views/index.ts";
import { notFound } from "./params.ts";

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

export const LEDGER_ROUTES: readonly Route[] = [
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
    handler: ({ deps, query }) =>
      deps.treasury.deps.store.read("api.ledger.statement", async (tx) => {
        const { account: account_id, limit } = query;
        const from = query.from === undefined ? 0 : Date.parse(query.from);
        const to = query.to === undefined ? deps.treasury.deps.clock.now() + 1 : Date.parse(query.to);
        if (from > to) throw new ApiError("api_input_invalid", "The period ends before it begins: from is after to.");
        const after = readPlace(query.cursor);
        const statement = await readStatement(tx, { account_id, from, to, after, limit });
        if (statement === undefined) throw notFound("account", account_id);
        return viewStatement(statement, tx, createPrinter(deps.config));
      }),
  }),
];
