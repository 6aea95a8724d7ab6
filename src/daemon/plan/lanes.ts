/** The lanes of a pool's refills: the slow one, where people approve each, and what they approved in advance. */
import type { PoolConfig } from "../../config/types.ts";
import { minOf } from "../../money/index.ts";
import type { LaneState, OutflowForecast, RouteOption } from "../../policy/types.ts";
import type { Instant } from "../../ports/index.ts";
import type { EnvelopeRoom } from "../../transfers/index.ts";
import type { OwnTransfer } from "../observe/own_transfers.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps } from "../types.ts";
import { type AllowanceRoom, allowanceRoom } from "./allowances.ts";

/** What of a pool is known before its lanes are. */
export interface LaneFacts {
  readonly pool: PoolConfig;
  readonly routes: readonly RouteOption[];
  readonly own: readonly OwnTransfer[];
  readonly now: Instant;
}

/** Every envelope that stands now, as a lane; a source whose own owners allow an amount on their chain is a lane of its own. */
export function lanesIn(
  deps: DaemonDeps,
  state: DaemonState,
  rooms: readonly EnvelopeRoom[],
  facts: LaneFacts,
): readonly LaneState[] {
  return rooms.flatMap((room) => sourcesOf(deps, state, room, facts).map((source) => laneOf(room, source, facts)));
}

/** Wallets of one envelope that share its room, and what bounds them beside it. */
interface LaneSource {
  readonly wallets: readonly string[];
  readonly allowed: AllowanceRoom | null;
}

function sourcesOf(deps: DaemonDeps, state: DaemonState, { row }: EnvelopeRoom, facts: LaneFacts): LaneSource[] {
  const plain: string[] = [];
  const allowed: LaneSource[] = [];
  for (const { wallet } of row.terms.from) {
    const config = deps.config.wallets.find(({ id }) => id === wallet);
    const room = config === undefined ? null : allowanceRoom(deps, state, config, facts.own, facts.now);
    if (room === null) plain.push(wallet);
    else allowed.push({ wallets: [wallet], allowed: room });
  }
  return plain.length === 0 ? allowed : [{ wallets: plain, allowed: null }, ...allowed];
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

function laneOf({ row, remaining }: EnvelopeRoom, source: LaneSource, { pool, routes }: LaneFacts): LaneState {
  const { terms } = row;
  const { wallets: from_wallets, allowed } = source;
  const cost = pool.policy.model?.expedite_cost ?? 0n;
  const bound = allowed !== null && allowed.left < remaining.amount;
  const to_wallets = [...new Set(terms.to.map(({ wallet }) => wallet))];
  const own = routes.filter(
    (route) => route.enabled && from_wallets.includes(route.from_wallet) && to_wallets.includes(route.to_wallet),
  );
  return {
    ...{ lane: "expedited", envelope_id: row.id, from_wallets, to_wallets, cost },
    lead_time_ms: own.reduce((most, route) => Math.max(most, route.lead_time_ms), 0),
    amount_max: BigInt(terms.amount_max),
    remaining_amount: allowed === null ? remaining.amount : minOf(remaining.amount, allowed.left),
    ...{ remaining_count: remaining.count, valid_until: terms.valid_until },
    ...(bound ? { bounded_by: allowed.why } : {}),
  };
}
