/** Known payments: list, add, cancel. They move nothing by themselves; what they change is what is kept at hand. */
import { parseDecimal } from "../../money/index.ts";
import { type ObligationRow, tables, type Where } from "../../store/index.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  type Obligation,
  ObligationListSchema,
  ObligationQuerySchema,
  ObligationRequestSchema,
  ObligationSchema,
  ReasonRequestSchema,
} from "../schemas/index.ts";
import { createPrinter, type Printer, printTime, printTimeOrNull } from "../views/index.ts";
import { IdParams, poolOf } from "./params.ts";

const OBLIGATIONS_LISTED_MAX = 500;

function viewObligation(row: ObligationRow, printer: Printer): Obligation {
  const { id, pool_id, direction, what, source, reference, state, created_by, note, payee, transfer_id } = row;
  const direct = printer.config.pools.find((pool) => pool.id === pool_id)?.policy.direct;
  const large = direct !== undefined && direction === "out" && payee !== null && row.amount > direct.above;
  const custody = transfer_id !== null || large;
  return {
    ...{ id, pool_id, direction, what, source, reference, state, created_by, note, payee, transfer_id },
    way: custody ? "custody" : "liquidity",
    asked_at: custody && direct !== undefined ? printTime(row.due_at - direct.declared_ms) : null,
    declared_ms: custody ? (direct?.declared_ms ?? null) : null,
    amount: printer.money(row.asset, row.amount),
    due_at: printTime(row.due_at),
    created_at: printTime(row.created_at),
    ended_at: printTimeOrNull(row.ended_at),
  };
}

export const OBLIGATION_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/obligations",
    summary: "Known payments, first due first",
    tag: "pools",
    permission: "read",
    query: ObligationQuerySchema,
    out: ObligationListSchema,
    handler: async ({ deps, query }) => {
      const { store, clock } = deps.treasury.deps;
      const where: Where<ObligationRow> = {
        ...(query.state === "all" ? {} : { state: query.state }),
        ...(query.pool_id === undefined ? {} : { pool_id: query.pool_id }),
      };
      const rows = await store.read("api.obligations", (tx) =>
        tx.find(tables.obligation, {
          where,
          order_by: [
            ["due_at", "asc"],
            ["id", "asc"],
          ],
          limit: OBLIGATIONS_LISTED_MAX,
        }),
      );
      const printer = createPrinter(deps.config);
      return { as_of: printTime(clock.now()), items: rows.map((row) => viewObligation(row, printer)) };
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/obligations",
    summary: "Say that a payment is due; refills are planned so that it can be made",
    tag: "pools",
    permission: "transfer",
    moves_money: true,
    status: 201,
    body: ObligationRequestSchema,
    out: ObligationSchema,
    handler: async ({ deps, body, caller, idempotency_key }) => {
      const pool = poolOf(deps, body.pool_id);
      const { direction, what, source, reference, payee } = body;
      const row = await deps.treasury.addObligation({
        ...{ pool_id: pool.id, direction, what, source, reference, payee },
        amount: parseDecimal(body.amount, pool.policy.asset.decimals),
        due_at: Date.parse(body.due_at),
        actor: caller.actor,
        key: idempotency_key,
      });
      return viewObligation(row, createPrinter(deps.config));
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/obligations/{id}/cancel",
    summary: "Say that a known payment is not due any more",
    tag: "pools",
    permission: "transfer",
    moves_money: true,
    params: IdParams,
    body: ReasonRequestSchema,
    out: ObligationSchema,
    handler: async ({ deps, params, body, caller }) => {
      const row = await deps.treasury.cancelObligation(params.id, caller.actor, body.reason);
      return viewObligation(row, createPrinter(deps.config));
    },
  }),
];
