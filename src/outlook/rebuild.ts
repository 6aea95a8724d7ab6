/**
 * What a forecast would have said at instants that are past, for a policy that was not in force then: the flows are observed
 * again, hour by hour, up to each instant and no further. A recorded snapshot without a forecast, or with one for other covers,
 * can so be judged by an edited policy.
 */

import type { PoolConfig } from "../config/types.ts";
import type { NamedDates } from "../forecast/index.ts";
import { FLOW_DEFAULTS, observeFlow, openFlowState, stepCalendar } from "../forecast/index.ts";
import type { PoolPolicy, Snapshot } from "../policy/types.ts";
import type { ReadTx } from "../store/index.ts";
import { horizonsOf, LISTING_DELAY_MS, needsForecast } from "./keep_forecast.ts";
import { measuredLeadTime } from "./lead_time.ts";
import { forecastOf } from "./outlook.ts";
import { firstFlowAt, HOUR_MS, readNetFlows } from "./read_flows.ts";

/** As long as the forecast in force looks back when it is learned anew. */
const HISTORY_MS = 42 * 24 * HOUR_MS;

export interface Rebuild {
  readonly pool: PoolConfig;
  readonly policy: PoolPolicy;
  readonly named_dates?: readonly NamedDates[];
}

/** The snapshots, in the order given, each with the forecast that `policy` would have had. Untouched where it follows none. */
export async function withForecasts(
  tx: ReadTx,
  { pool, policy, named_dates = [] }: Rebuild,
  snapshots: readonly Snapshot[],
): Promise<readonly Snapshot[]> {
  const oldest = Math.min(...snapshots.map(({ taken_at }) => taken_at));
  const first = snapshots.length === 0 ? null : await firstFlowAt(tx, pool, oldest - HISTORY_MS);
  if (!needsForecast(policy) || first === null) return snapshots;
  const start = Math.floor(first / HOUR_MS) * HOUR_MS;
  const end = hourBefore(Math.max(...snapshots.map(({ taken_at }) => taken_at)));
  const flows = await readNetFlows(tx, pool, start, Math.max(start, end));
  const state = openFlowState({ ...FLOW_DEFAULTS, step_hours: 1, horizons: horizonsOf(policy) });
  const calendar = stepCalendar(named_dates, start, 1);
  const rebuilt = new Map<Snapshot, Snapshot>();
  let hour = 0;
  for (const snapshot of snapshots.toSorted((a, b) => a.taken_at - b.taken_at)) {
    const until = hourBefore(snapshot.taken_at);
    for (; hour < flows.length && start + hour * HOUR_MS < until; hour += 1) {
      observeFlow(state, flows[hour] ?? 0, calendar);
    }
    const { routes, wallets, forecast, lanes = [] } = snapshot;
    const lead_time_ms = forecast?.lead_time_ms ?? (await measuredLeadTime(tx, pool, routes));
    const fast = lanes.filter(({ lane }) => lane === "expedited").map((lane) => lane.lead_time_ms);
    const expedite = fast.length === 0 ? null : { lead_time_ms: Math.min(...fast) };
    const as_of = start + hour * HOUR_MS;
    const said = forecastOf(state, { policy, routes, wallets, lead_time_ms, as_of, expedite, named_dates });
    rebuilt.set(snapshot, { ...snapshot, forecast: said });
  }
  return snapshots.map((snapshot) => rebuilt.get(snapshot) ?? snapshot);
}

/** The hours that had ended, and were listed, by then. */
function hourBefore(at: number): number {
  return Math.floor((at - LISTING_DELAY_MS) / HOUR_MS) * HOUR_MS;
}
