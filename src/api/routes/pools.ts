/** The home screen, a pool's history, and the what-if panel. */
import { defineRoute, type Route } from "../route.ts";
import {
  HistoryQuerySchema,
  HistorySchema,
  OverviewSchema,
  WhatIfRequestSchema,
  WhatIfSchema,
} from "../schemas/index.ts";
import { createPrinter, viewHistory, viewOverview, viewWhatIf } from "../views/index.ts";
import { bandPoolOf, IdParams, notFound, poolOf } from "./params.ts";

const HOUR_MS = 3_600_000;

export const POOL_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/overview",
    summary: "Position, advice, exceptions and recent events in one answer",
    tag: "overview",
    permission: "read",
    out: OverviewSchema,
    handler: ({ deps, caller }) => viewOverview(deps, caller),
  }),
  defineRoute({
    method: "get",
    path: "/v1/pools/{id}/history",
    summary: "The pool's liquidity share over time, with its moves as marks",
    tag: "overview",
    permission: "read",
    params: IdParams,
    query: HistoryQuerySchema,
    out: HistorySchema,
    handler: async ({ deps, params, query }) => {
      const pool = poolOf(deps, params.id);
      const { treasury } = deps;
      const to = treasury.deps.clock.now();
      const plan = (await treasury.planNow()).find((item) => item.pool_id === pool.id);
      const input = { pool, plan, from: to - query.hours * HOUR_MS, to, points: query.points };
      return treasury.deps.store.read("api.history", (tx) => viewHistory(input, tx, createPrinter(deps.config)));
    },
  }),
  defineRoute({
    method: "post",
    path: "/v1/pools/{id}/what-if",
    summary: "What would be decided if this much left; on a copy, nothing is recorded",
    tag: "simulate",
    permission: "read",
    params: IdParams,
    body: WhatIfRequestSchema,
    out: WhatIfSchema,
    handler: async ({ deps, params, body }) => {
      const pool = bandPoolOf(deps, params.id);
      const plan = (await deps.treasury.planNow()).find((item) => item.pool_id === pool.id);
      if (plan === undefined) throw notFound("plan of pool", pool.id);
      return viewWhatIf(pool, plan, body, createPrinter(deps.config));
    },
  }),
];
