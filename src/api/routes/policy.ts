/** What an edited policy would do; a computation on copies. */
import { withForecasts } from "../../outlook/index.ts";
import { decodePolicy, type PoolPolicy } from "../../policy/index.ts";
import type { Instant } from "../../ports/index.ts";
import { type DecisionRow, tables } from "../../store/index.ts";
import type { ApiError } from "../errors.ts";
import { defineRoute, type Route } from "../route.ts";
import { PolicyPreviewRequestSchema, PolicyPreviewSchema } from "../schemas/index.ts";
import type { ApiDeps } from "../types.ts";
import { createPrinter, printTime, readable, viewPolicyPreview } from "../views/index.ts";
import { notFound } from "./params.ts";

const DAY_MS = 86_400_000;
/** Recorded decisions looked at for one pool, newest first. */
const RECORDED_MAX = 2_000;

export const POLICY_ROUTES: readonly Route[] = [
  defineRoute({
    method: "post",
    path: "/v1/policy/preview",
    summary: "What an edited policy would do now, and would have done with what was recorded; nothing changes",
    tag: "policy",
    permission: "read",
    body: PolicyPreviewRequestSchema,
    out: PolicyPreviewSchema,
    handler: async ({ deps, body }) => {
      const now = deps.treasury.deps.clock.now();
      const since = now - body.days * DAY_MS;
      const plans = await deps.treasury.planNow();
      const printer = createPrinter(deps.config);
      const pools = [];
      for (const policy of body.policies.map((json) => decodePolicy(json))) {
        const pool = deps.config.pools.find((one) => one.id === policy.pool_id);
        const plan = plans.find((one) => one.pool_id === policy.pool_id);
        if (pool === undefined || plan === undefined || pool.asset !== policy.asset.id) throw unknownPool(policy);
        const recorded = await recordedSince(deps, policy.pool_id, since);
        const snapshots = recorded.flatMap((row) => readable(row) ?? []);
        const { named_dates = [] } = deps.config;
        const known = await deps.treasury.deps.store.read("api.policy_forecasts", (tx) =>
          withForecasts(tx, { pool, policy, named_dates }, [...snapshots, plan.snapshot]),
        );
        const unreadable = recorded.length - snapshots.length;
        pools.push(viewPolicyPreview({ pool, policy, plan, snapshots, known, unreadable, since }, printer));
      }
      return { as_of: printTime(now), pools };
    },
  }),
];

function unknownPool({ pool_id, asset }: PoolPolicy): ApiError {
  return notFound("pool", `${pool_id} of ${asset.id}`);
}

function recordedSince(deps: ApiDeps, pool_id: string, since: Instant): Promise<readonly DecisionRow[]> {
  return deps.treasury.deps.store.read("api.policy_preview", (tx) =>
    tx.find(tables.decision, {
      where: { pool_id, at: { gte: since } },
      order_by: [
        ["at", "desc"],
        ["id", "desc"],
      ],
      limit: RECORDED_MAX,
    }),
  );
}
