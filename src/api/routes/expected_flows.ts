/** What the exchange's back office says is to come: announced, and listed with what became of it. */
import { parseDecimal } from "../../money/index.ts";
import { type ExpectedFlowRow, tables, type Where } from "../../store/index.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  type ExpectedFlow,
  ExpectedFlowListSchema,
  ExpectedFlowQuerySchema,
  ExpectedFlowRequestSchema,
  ExpectedFlowSchema,
} from "../schemas/index.ts";
import { createPrinter, type Printer, printTime, printTimeOrNull } from "../views/index.ts";
import { notFound } from "./params.ts";

const LISTED_MAX = 500;

function viewExpectedFlow(row: ExpectedFlowRow, printer: Printer): ExpectedFlow {
  const { id, wallet_id, reference, direction, destination, tx_hash, state, movement_id, created_by } = row;
  return {
    ...{ id, wallet_id, reference, direction, destination, tx_hash, state, movement_id, created_by },
    amount: printer.money(row.asset, row.amount),
    from: printTime(row.from_at),
    until: printTime(row.until_at),
    created_at: printTime(row.created_at),
    ended_at: printTimeOrNull(row.ended_at),
  };
}

export const EXPECTED_FLOW_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/expected-flows",
    summary: "Customers' flows that were announced, newest first, with the movement that proved to be each",
    tag: "ledger",
    permission: "read",
    query: ExpectedFlowQuerySchema,
    out: ExpectedFlowListSchema,
    handler: async ({ deps, query }) => {
      const { store, clock } = deps.treasury.deps;
      const { state, wallet_id, reference } = query;
      const where: Where<ExpectedFlowRow> = {
        ...(state === "all" ? {} : { state }),
        ...(wallet_id === undefined ? {} : { wallet_id }),
        ...(reference === undefined ? {} : { reference }),
      };
      const rows = await store.read("api.expected_flows", (tx) =>
        tx.find(tables.expectedFlow, {
          where,
          order_by: [
            ["created_at", "desc"],
            ["id", "desc"],
          ],
          limit: LISTED_MAX,
        }),
      );
      const printer = createPrinter(deps.config);
      return { as_of: printTime(clock.now()), items: rows.map((row) => viewExpectedFlow(row, printer)) };
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/expected-flows",
    summary: "Announce a customer's flow before it happens; once per wallet and reference",
    tag: "ledger",
    permission: "announce",
    moves_money: true,
    status: 201,
    body: ExpectedFlowRequestSchema,
    out: ExpectedFlowSchema,
    handler: async ({ deps, body, caller }) => {
      const { wallet_id, reference, direction, destination, tx_hash, from, until } = body;
      const wallet = deps.config.wallets.find(({ id }) => id === wallet_id);
      const asset = wallet === undefined ? undefined : deps.config.assets.get(wallet.asset);
      if (asset === undefined) throw notFound("wallet", wallet_id);
      const row = await deps.treasury.announceFlow({
        ...{ wallet_id, reference, direction, destination, tx_hash },
        amount: parseDecimal(body.amount, asset.decimals),
        from_at: from === null ? null : Date.parse(from),
        until_at: until === null ? null : Date.parse(until),
        actor: caller.actor,
      });
      return viewExpectedFlow(row, createPrinter(deps.config));
    },
  }),
];
