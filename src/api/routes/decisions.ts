/** Decisions, newest first, and what would be decided now. */

import { replayDecision } from "../../policy/index.ts";
import { type DecisionRow, type Find, tables } from "../../store/index.ts";
import { readPage } from "../http/pages.ts";
import { defineRoute, type Route } from "../route.ts";
import {
  DecisionDetailSchema,
  DecisionPageSchema,
  DecisionQuerySchema,
  type DecisionView,
  PlanSchema,
  ReplaySchema,
} from "../schemas/index.ts";
import { createPrinter, viewDecisionDetail, viewPlan, viewStoredDecision } from "../views/index.ts";
import { IdParams, notFound } from "./params.ts";

interface DecisionFilter {
  readonly pool_id?: string | undefined;
  readonly verdict?: string | undefined;
  readonly severity?: string | undefined;
  readonly cause?: string | undefined;
}

function decisionQuery(
  { pool_id, verdict, severity, cause }: DecisionFilter,
  at: number | null,
  limit: number,
): Find<DecisionRow> {
  return {
    where: {
      ...(pool_id === undefined ? {} : { pool_id }),
      ...(verdict === undefined ? {} : { verdict }),
      ...(severity === undefined ? {} : { severity }),
      ...(cause === undefined ? {} : { cause }),
      ...(at === null ? {} : { at: { lte: at } }),
    },
    order_by: [
      ["at", "desc"],
      ["id", "desc"],
    ],
    limit,
  };
}

export const DECISION_ROUTES: readonly Route[] = [
  defineRoute({
    method: "get",
    path: "/v1/decisions",
    summary: "Every decision with its reasons, newest first; an unchanged one is counted, not repeated",
    tag: "decisions",
    permission: "read",
    query: DecisionQuerySchema,
    out: DecisionPageSchema,
    handler: ({ deps, query }) =>
      deps.treasury.deps.store.read("api.decisions", async (tx) => {
        const printer = createPrinter(deps.config);
        const page = await readPage<DecisionRow>({
          cursor: query.cursor,
          limit: query.limit,
          keyOf: (row) => ({ at: row.at, id: row.id }),
          fetch: (at, limit) => tx.find(tables.decision, decisionQuery(query, at, limit)),
        });
        const items: DecisionView[] = [];
        for (const row of page.rows) {
          const view = await viewStoredDecision(row, tx, printer);
          if (view !== null) items.push(view);
        }
        return { items, has_more: page.next_cursor !== null, next_cursor: page.next_cursor };
      }),
  }),
  defineRoute({
    method: "get",
    path: "/v1/decisions/{id}",
    summary: "One decision with the snapshot it was made on",
    tag: "decisions",
    permission: "read",
    params: IdParams,
    out: DecisionDetailSchema,
    handler: ({ deps, params }) =>
      deps.treasury.deps.store.read("api.decision", async (tx) => {
        const row = await tx.get(tables.decision, { id: params.id });
        const view = row === undefined ? null : await viewDecisionDetail(row, tx, createPrinter(deps.config));
        if (view === null) throw notFound("decision", params.id);
        return view;
      }),
  }),
  defineRoute({
    method: "get",
    path: "/v1/decisions/{id}/replay",
    summary: "Makes a recorded decision again from its snapshot and its policy, and compares",
    tag: "decisions",
    permission: "read",
    params: IdParams,
    out: ReplaySchema,
    handler: ({ deps, params }) =>
      deps.treasury.deps.store.read("api.replay", async (tx) => {
        const row = await tx.get(tables.decision, { id: params.id });
        if (row === undefined) throw notFound("decision", params.id);
        const version = await tx.get(tables.policy_version, { digest: row.policy_digest });
        if (version === undefined) throw notFound("policy of decision", params.id);
        const { matches, differences } = replayDecision({ ...row, policy: version.policy });
        return {
          id: row.id,
          policy_digest: row.policy_digest,
          matches,
          differences: differences.map((one) => ({ ...one })),
        };
      }),
  }),
  defineRoute({
    method: "get",
    path: "/v1/plan",
    summary: "What would be decided now; nothing is recorded and nothing moves",
    tag: "decisions",
    permission: "read",
    out: PlanSchema,
    handler: async ({ deps }) => {
      const plans = await deps.treasury.planNow();
      const mode = await deps.treasury.mode();
      return viewPlan(plans, createPrinter(deps.config), mode, deps.treasury.deps.clock.now());
    },
  }),
];
