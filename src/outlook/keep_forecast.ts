/**
 * Keeps each pool's forecast in the store: every hour that has ended is observed once, in order, with what customers moved in it.
 * A row that is lost, or remembers other horizons, is learned anew from the movements.
 */
import type { PoolConfig, TreasuryConfig } from "../config/types.ts";
import { digestOf } from "../digest/index.ts";
import {
  FLOW_DEFAULTS,
  type FlowState,
  type NamedDates,
  observeFlow,
  openFlowState,
  stepCalendar,
} from "../forecast/index.ts";
import { coversOf, type PoolPolicy } from "../policy/index.ts";
import type { Clock, Instant } from "../ports/index.ts";
import { type FlowForecastRow, type Json, type ReadTx, type Store, type Tx, tables, thawJson } from "../store/index.ts";
import { firstFlowAt, HOUR_MS, readNetFlows } from "./read_flows.ts";

export interface KeepDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly config: Pick<TreasuryConfig, "wallets" | "named_dates">;
}

/** Nothing moves in these any more, and nobody reads them. */
const UNREAD: ReadonlySet<string> = new Set(["requested", "creating", "archived"]);

/** Horizons in hours that are always remembered: usual lead times plus one, and a week. */
const HORIZONS = [2, 5, 9, 13, 25, 49, 97, 169];
/** Older flows teach nothing about now. */
const HISTORY_MS_MAX = 42 * 24 * HOUR_MS;
/** A movement is listed some time after it happened: an hour counts as ended this much later. */
export const LISTING_DELAY_MS = 5 * 60_000;

/** True where a forecast is of use: the policy names a cover or a model, or refills ahead of need. */
export function needsForecast(policy: PoolPolicy): boolean {
  return policy.model !== null || policy.prestage === true || coversOf(policy).length > 0;
}

/** Observes the hours that have ended since. Cheap when none has. */
export async function keepForecast({ store, clock, config }: KeepDeps, pool: PoolConfig): Promise<void> {
  if (!needsForecast(pool.policy)) return;
  const now = clock.now();
  const { known, listed } = await store.read("forecast.known", async (tx) => ({
    known: await tx.get(tables.flow_forecast, { pool_id: pool.id }),
    listed: await listedUntil(tx, config, pool, now),
  }));
  const to = Math.floor((listed - LISTING_DELAY_MS) / HOUR_MS) * HOUR_MS;
  if (
    to <= 0 ||
    (known !== undefined && known.shape === shapeOf(pool, config.named_dates ?? []) && known.through >= to)
  )
    return;
  await store.tx("forecast.observe", (tx) => observeHours(tx, pool, { to, now, named: config.named_dates ?? [] }));
}

/**
 * Until when every liquidity wallet's movements were read: its balance is written after them, with the venue's own time. An hour
 * that a venue has not shown yet, because it is down or its chain is not final, is unknown and not calm.
 */
export async function listedUntil(
  tx: ReadTx,
  { wallets }: KeepDeps["config"],
  { liquidity, fed_by = [] }: PoolConfig,
  now: Instant,
): Promise<Instant> {
  const unread = new Set(wallets.flatMap(({ id, status }) => (UNREAD.has(status) ? [id] : [])));
  const read = [...liquidity, ...fed_by].filter((id) => !unread.has(id));
  const balances = await Promise.all(read.map((wallet_id) => tx.get(tables.balance, { wallet_id })));
  return Math.min(now, ...balances.map((balance) => balance?.as_of ?? 0));
}

interface Observed {
  readonly to: Instant;
  readonly now: Instant;
  readonly named: readonly NamedDates[];
}

async function observeHours(tx: Tx, pool: PoolConfig, { to, now, named }: Observed): Promise<void> {
  const { state, through } = await readState(tx, pool, to, named);
  const calendar = stepCalendar(named, through - state.steps * HOUR_MS, 1);
  const flows = await readNetFlows(tx, pool, through, to);
  for (const net of flows) observeFlow(state, net, calendar);
  const row: FlowForecastRow = {
    pool_id: pool.id,
    shape: shapeOf(pool, named),
    through: through + flows.length * HOUR_MS,
    state: state as unknown as Json,
    updated_at: now,
  };
  await tx.upsert(tables.flow_forecast, row);
}

async function readState(
  tx: Tx,
  pool: PoolConfig,
  to: Instant,
  named: readonly NamedDates[],
): Promise<{ state: FlowState; through: Instant }> {
  const row = await tx.get(tables.flow_forecast, { pool_id: pool.id });
  if (row !== undefined && row.shape === shapeOf(pool, named)) return { state: stateOf(row), through: row.through };
  const first = await firstFlowAt(tx, pool, to - HISTORY_MS_MAX);
  const through = first === null ? to : Math.floor(first / HOUR_MS) * HOUR_MS;
  return { state: openFlowState({ ...FLOW_DEFAULTS, step_hours: 1, horizons: horizonsOf(pool.policy) }), through };
}

/** A copy: observing changes a state in place, and a transaction may run twice. */
export function stateOf(row: FlowForecastRow): FlowState {
  return thawJson(row.state) as FlowState;
}

/** Of what a state remembers: one of another shape says nothing about this pool. */
export function shapeOf(pool: PoolConfig, named: readonly NamedDates[]): string {
  return digestOf("forecast", {
    defaults: FLOW_DEFAULTS,
    horizons: horizonsOf(pool.policy),
    liquidity: pool.liquidity,
    ...(named.length === 0 ? {} : { named }),
    ...(pool.fed_by === undefined ? {} : { fed_by: pool.fed_by }),
  });
}

/** In hours: those always remembered, and those the policy names. */
export function horizonsOf(policy: PoolPolicy): number[] {
  const named = coversOf(policy).flatMap(({ horizon_ms }) =>
    horizon_ms === null ? [] : [Math.max(1, Math.ceil(horizon_ms / HOUR_MS))],
  );
  return [...new Set([...HORIZONS, ...named])].sort((a, b) => a - b);
}
