/** One instance leads a deployment; the others stand by and take over when it falls silent. Leases run in database time. */
import { acquireLease, releaseLease } from "../store/index.ts";
import { LEADER_RENEW_REAL_MS, LEADER_TTL_MS } from "./limits.ts";
import { watchLog } from "./log/watch_log.ts";
import type { DaemonState } from "./state.ts";
import type { DaemonDeps } from "./types.ts";

export const LEADER = "daemon";

/** Takes or renews the lead; false while another instance has it. */
export async function lead(deps: DaemonDeps, state: DaemonState): Promise<boolean> {
  const request = { name: LEADER, owner: deps.instance_id, ttl_ms: LEADER_TTL_MS };
  const asked_at = deps.clock.now();
  const lease = await deps.store.tx("leader.lease", (tx) => acquireLease(tx, request));
  // What did not reach the database renewed nothing.
  state.led_at = asked_at;
  state.leader_fence = lease?.fence ?? null;
  if (lease !== null && state.log_fence !== lease.fence && deps.witnesses !== undefined) {
    await watchLog(deps, state, lease.fence);
  }
  return lease !== null;
}

/** Within a long cycle: a venue that is slow to answer must not cost the lead. False when another instance took it. */
export async function keepLead(deps: DaemonDeps, state: DaemonState): Promise<boolean> {
  const led_for_ms = deps.clock.now() - state.led_at;
  const recent = led_for_ms >= 0 && led_for_ms < LEADER_RENEW_REAL_MS * (deps.clock.rate ?? 1);
  return recent || (await lead(deps, state));
}

/**
 * At the start of a cycle: as `lead`, unless this instance leads and said so a moment ago; then the cycle renews at its end, and a
 * push does not wait for it. A fast clock counts as it is: nobody knows here how fast the database's time runs.
 */
export async function startLead(deps: DaemonDeps, state: DaemonState): Promise<boolean> {
  const led_for_ms = deps.clock.now() - state.led_at;
  const recent = led_for_ms >= 0 && led_for_ms < LEADER_RENEW_REAL_MS;
  const watched = deps.witnesses === undefined || state.log_fence === state.leader_fence;
  if (recent && state.leader_fence !== null && watched) return true;
  return lead(deps, state);
}

/** On a clean stop the next instance need not wait. */
export async function stepDown(deps: DaemonDeps, state: DaemonState): Promise<void> {
  const fence = state.leader_fence;
  if (fence === null) return;
  state.leader_fence = null;
  await deps.store.tx("leader.release", (tx) => releaseLease(tx, LEADER, deps.instance_id, fence));
}
