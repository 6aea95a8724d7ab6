/** The lanes of a pool as a decision sees them: how long each takes, and what is left of what people approved in advance. */
import type { PoolConfig } from "../config/types.ts";
import type { LaneState, OutflowForecast, RouteOption } from "../policy/types.ts";
import type { Instant } from "../ports/index.ts";
import type { ReadTx } from "../store/index.ts";
import { type EnvelopeRoom, envelopesWithRoom } from "../transfers/index.ts";
import type { DaemonDeps } from "./types.ts";

interface Known {
  readonly pool: PoolConfig;
  readonly routes: readonly RouteOption[];
  readonly forecast: OutflowForecast | null;
  readonly now: Instant;
}

/** No member at all while nothing is approved in advance: such a snapshot reads as it always did. */
export async function readLanes(
  tx: ReadTx,
  deps: DaemonDeps,
  { pool, routes, forecast, now }: Known,
): Promise<{ readonly lanes?: readonly LaneState[] }> {
  const rooms = await envelopesWithRoom(tx, deps, pool.id, now);
  if (rooms.length === 0) return {};
  const slow: LaneState = {
    ...{ lane: "slow", envelope_id: null, from_wallets: pool.reserve, to_wallets: pool.liquidity },
    // Where it was never measured: as long as people have to approve.
    lead_time_ms: forecast?.lead_time_ms ?? deps.config.authority.approval_lifetime_ms,
    cost: pool.policy.model?.refill_cost ?? 0n,
    ...{ amount_max: null, remaining_amount: null, remaining_count: null, valid_until: null },
  };
  return { lanes: [slow, ...rooms.map((room) => expedited(room, routes))] };
}

function expedited({ row, remaining }: EnvelopeRoom, routes: readonly RouteOption[]): LaneState {
  const { terms } = row;
  const from_wallets = terms.from.map(({ wallet }) => wallet);
  const to_wallets = [...new Set(terms.to.map(({ wallet }) => wallet))];
  const own = routes.filter(
    (route) => route.enabled && from_wallets.includes(route.from_wallet) && to_wallets.includes(route.to_wallet),
  );
  return {
    ...{ lane: "expedited", envelope_id: row.id, from_wallets, to_wallets, cost: 0n },
    lead_time_ms: own.reduce((most, route) => Math.max(most, route.lead_time_ms), 0),
    amount_max: BigInt(terms.amount_max),
    ...{ remaining_amount: remaining.amount, remaining_count: remaining.count, valid_until: terms.valid_until },
  };
}
