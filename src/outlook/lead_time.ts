/** How long a refill really takes, from asking to having, approvals included. */
import type { PoolConfig } from "../config/types.ts";
import type { RouteOption } from "../policy/types.ts";
import { type ReadTx, tables } from "../store/index.ts";

/** Refills looked back at, and the share of them that was at least as fast. */
const REFILLS = 20;
const REFILLS_MIN = 3;
const QUANTILE = 0.9;
/** Until enough refills were seen: what people are given to approve, on top of the slowest route. */
const APPROVAL_MS_DEFAULT = 4 * 3_600_000;

export async function measuredLeadTime(tx: ReadTx, pool: PoolConfig, routes: readonly RouteOption[]): Promise<number> {
  const rows = await tx.find(tables.transfer, {
    where: { pool_id: pool.id, direction: "reserve_to_liquidity", state: "settled" },
    order_by: [["created_at", "desc"]],
    limit: REFILLS,
  });
  const times_ms = rows
    .flatMap(({ created_at, settled_at }) => (settled_at === null ? [] : [settled_at - created_at]))
    .sort((a, b) => a - b);
  if (times_ms.length >= REFILLS_MIN) return times_ms[Math.ceil(times_ms.length * QUANTILE) - 1] ?? 0;
  const inward = routes.filter(({ enabled, to_wallet }) => enabled && pool.liquidity.includes(to_wallet));
  return APPROVAL_MS_DEFAULT + inward.reduce((slowest, route) => Math.max(slowest, route.lead_time_ms), 0);
}
