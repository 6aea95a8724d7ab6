/** A pool's own flows, for a backtest elsewhere: nothing is computed on the thread that runs the treasury. */
import { readOwnLedger } from "../../tuning/index.ts";
import { defineRoute, type Route } from "../route.ts";
import { OwnFlowsQuerySchema, OwnFlowsSchema } from "../schemas/index.ts";
import { viewOwnFlows } from "../views/index.ts";
import { IdParams, poolOf } from "./params.ts";

export const TUNING_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/pools/{id}/flows",
    summary: "What customers moved per hour, with the opening assets and the costs: all that a backtest needs",
    tag: "simulate",
    permission: "read",
    params: IdParams,
    query: OwnFlowsQuerySchema,
    out: OwnFlowsSchema,
    handler: async ({ deps, params, query }) => {
      const pool = poolOf(deps, params.id);
      const { clock, store } = deps.treasury.deps;
      const input = { pool, now: clock.now(), days: query.days, price: deps.treasury.price(pool.asset) };
      return viewOwnFlows(await store.read("api.flows", (tx) => readOwnLedger(tx, input)));
    },
  }),
];
