/** The lanes of a pool's refills: the slow one, where people approve each, and what they approved in advance. */
import type { PoolConfig } from "../config/types.ts";
import type { LaneState, OutflowForecast, RouteOption } from "../policy/types.ts";
import type { Instant } from "../ports/index.ts";
import type { ReadTx } from "../store/index.ts";
import { type EnvelopeRoom, envelopesWithRoom } from "../transfers/index.ts";
import type { DaemonDeps } from "./types.ts";

/** Every envelope that stands now, as a lane. */
export async function readExpedited(
  tx: ReadTx,
  deps: DaemonDeps,
  pool: PoolConfig,
  routes: readonly RouteOption[],
  now: Instant,
): Promise<readonly LaneState[]> {
  const rooms = await envelopesWithRoom(tx, deps, pool.id, now);
  const cost = pool.policy.model?.expedite_cost ?? 0n;
  return rooms.map((room) => laneOf(room, routes, cost));
}

/** The fastest lane with something left in it; null: a model must not count on any. */
export function fastest(expedited: readonly LaneState[]): { readonly lead_time_ms: number } | null {
  const open = expedited.filter(
    ({ remaining_amount, remaining_count, lead_time_ms }) =>
      (remaining_amount ?? 0n) > 0n && (remaining_count ?? 0) > 0 && lead_time_ms > 0,
  );
  if (open.length === 0) return null;
  return { lead_time_ms: Math.min(...open.map(({ lead_time_ms }) => lead_time_ms)) };
}

interface Known {
  readonly pool: PoolConfig;
  readonly forecast: OutflowForecast | null;
  readonly expedited: readonly LaneState[];
}

/** No member at all while nothing is approved in advance: such a snapshot reads as it always did. */
export function lanesOf(
  { config }: DaemonDeps,
  { pool, forecast, expedited }: Known,
): { readonly lanes?: readonly LaneState[] } {
  if (expedited.length === 0) return {};
  const slow: LaneState = {
    ...{ lane: "slow", envelope_id: null, from_wallets: pool.reserve, to_wallets: pool.liquidity },
    // Where it was never measured: as long as people have to approve.
    lead_time_ms: forecast?.lead_time_ms ?? config.authority.approval_lifetime_ms,
    cost: pool.policy.model?.refill_cost ?? 0n,
    ...{ amount_max: null, remaining_amount: null, remaining_count: null, valid_until: null },
  };
  return { lanes: [slow, ...expedited] };
}

function laneOf({ row, remaining }: EnvelopeRoom, routes: readonly RouteOption[], cost: bigint): LaneState {
  const { terms } = row;
  const from_wallets = terms.from.map(({ wallet }) => wallet);
  const to_wallets = [...new Set(terms.to.map(({ wallet }) => wallet))];
  const own = routes.filter(
    (route) => route.enabled && from_wallets.includes(route.from_wallet) && to_wallets.includes(route.to_wallet),
  );
  return {
    ...{ lane: "expedited", envelope_id: row.id, from_wallets, to_wallets, cost },
    lead_time_ms: own.reduce((most, route) => Math.max(most, route.lead_time_ms), 0),
    amount_max: BigInt(terms.amount_max),
    ...{ remaining_amount: remaining.amount, remaining_count: remaining.count, valid_until: terms.valid_until },
  };
}
