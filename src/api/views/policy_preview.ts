/** An edited policy against the one in force: on the snapshot of now, and on those that were recorded. */
import type { PoolConfig } from "../../config/types.ts";
import type { PoolPlan } from "../../daemon/types.ts";
import {
  type Activity,
  comparePolicies,
  type Decision,
  decide,
  decodeSnapshot,
  isOther,
  type PoolPolicy,
  policyChanges,
  policyDigest,
  type Snapshot,
} from "../../policy/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { DecisionRow } from "../../store/index.ts";
import type { PolicyPreview } from "../schemas/index.ts";
import { unrecorded, viewDecision } from "./decisions.ts";
import { type Printer, printTime } from "./printer.ts";

export interface PreviewInput {
  readonly pool: PoolConfig;
  readonly policy: PoolPolicy;
  readonly plan: PoolPlan;
  readonly snapshots: readonly Snapshot[];
  /** The same, then that of now, each with the forecast that the edited policy would have had. */
  readonly known: readonly Snapshot[];
  readonly unreadable: number;
  readonly since: Instant;
}

type PoolPreview = PolicyPreview["pools"][number];

export function viewPolicyPreview(
  { pool, policy, plan, snapshots, known, unreadable, since }: PreviewInput,
  printer: Printer,
): PoolPreview {
  const proposed = decide(known.at(-1) ?? plan.snapshot, policy, plan.snapshot.taken_at);
  const past = comparePolicies(snapshots, pool.policy, policy, known);
  const view = (decision: Decision) => viewDecision(decision, unrecorded(decision, pool), printer);
  const activity = (one: Activity) => ({
    moving: one.moving,
    blocked: one.blocked,
    to_liquidity: printer.money(pool.asset, one.to_liquidity),
    to_reserve: printer.money(pool.asset, one.to_reserve),
    fees: printer.money(pool.asset, one.fees),
  });
  return {
    pool_id: pool.id,
    digest: pool.policy_digest,
    new_digest: policyDigest(policy),
    changes: policyChanges(pool.policy, policy).map((change) => ({ ...change })),
    now: { differs: isOther(plan.decision, proposed), current: view(plan.decision), proposed: view(proposed) },
    past: {
      since: printTime(since),
      snapshots: past.snapshots,
      unreadable,
      forecasts_rebuilt: snapshots.filter((snapshot, at) => known[at] !== snapshot).length,
      changed: past.changed,
      current: activity(past.before),
      proposed: activity(past.after),
      examples: past.examples.map(({ at, before, after }) => ({
        at: printTime(at),
        current: view(before).headline,
        proposed: view(after).headline,
      })),
    },
  };
}

/** Null for a record of a version whose snapshots had another shape. */
export function readable(row: DecisionRow): Snapshot | null {
  try {
    return decodeSnapshot(row.snapshot);
  } catch {
    return null;
  }
}
