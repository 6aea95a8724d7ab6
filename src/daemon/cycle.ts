/**
 * One cycle: lead, observe, prices, decide, work on transfers, seal. A frozen or observing daemon goes through all of it: what is
 * in flight is followed in every mode. A part that fails is logged and told; the others go on; a broken invariant stops it all.
 */
import { logOrigin, type SealDeps, sealOnce, stopSealing } from "../audit/index.ts";
import { AssertionError } from "../errors/index.ts";
import type { BreakResolutionRow } from "../ledger/types.ts";
import type { Lending } from "../lending/index.ts";
import type { Instant } from "../ports/index.ts";
import type { ReadTx } from "../store/index.ts";
import { findDue, nextDueAt, type TransferRow, workTransfer } from "../transfers/index.ts";
import { keepLead, lead, startLead } from "./leader.ts";
import {
  HEARTBEAT_REAL_MS,
  HELD_ELSEWHERE_REAL_MS,
  MISSED_PAUSE_REAL_MS,
  PRUNE_PAUSE_REAL_MS,
  SEAL_PAUSE_REAL_MS,
  STANDBY_LOOK_REAL_MS,
  WORK_LANES,
} from "./limits.ts";
import { lookAtLog, publish, publishLast } from "./log/watch_log.ts";
import { markDirty, nextObservationAt, observeDue } from "./observe/observe.ts";
import { touchedBy } from "./observe/touched_wallets.ts";
import { decidePool } from "./plan/decide_pools.ts";
import { pollPrices } from "./plan/prices.ts";
import { prune } from "./prune.ts";
import { endMissed } from "./reconcile/expected_flows.ts";
import { expireProposals, findOpenBreakResolutions } from "./reconcile/read_breaks.ts";
import { reconcileDue } from "./reconcile/reconcile_full.ts";
import { rememberOpen } from "./remember_open.ts";
import type { DaemonState } from "./state.ts";
import { tuneDue } from "./tune.ts";
import type { DaemonDeps, WakeCause } from "./types.ts";
import { causeNow } from "./watch/signals.ts";
import { watchFlows } from "./watch/watch_flows.ts";

export interface CycleInput {
  readonly cause: WakeCause;
  readonly signal: AbortSignal;
  /** Null where nothing is lent. */
  readonly lending: Lending | null;
}

/** False when another instance leads and nothing was done. */
export async function runCycle(
  deps: DaemonDeps,
  state: DaemonState,
  { cause, signal, lending }: CycleInput,
): Promise<boolean> {
  const { led_at } = state;
  if (!(await startLead(deps, state))) {
    state.last_cycle_at = deps.clock.now();
    return false;
  }
  if (lending !== null) await part(deps, signal, "collateral", () => lending.prepare());
  const read = await part(deps, signal, "observe", () => observeDue(deps, state, signal));
  await part(deps, signal, "reconcile", () => reconcileDue(deps, state, signal));
  await part(deps, signal, "expected flows", () => missedDue(deps, state));
  await part(deps, signal, "prices", () => pollPrices(deps, state));
  if (!(await keepLead(deps, state))) return false;
  await decidePools(deps, state, { cause, signal, read: read === true });
  if (!(await keepLead(deps, state))) return false;
  if (lending !== null) {
    await part(deps, signal, "lending", () => lending.turn(signal));
    // Its venues may have taken as long as those that were read.
    if (!(await keepLead(deps, state))) return false;
  }
  const due = await part(deps, signal, "due", () => readDue(deps, state));
  if (due !== null) {
    await part(deps, signal, "transfers", () => workDue(deps, state, due.transfers, signal));
    await part(deps, signal, "breaks", () => expireProposals(deps, due.proposals));
  }
  await part(deps, signal, "seal", () => seal(deps, state));
  await part(deps, signal, "tune", () => tuneDue(deps, state));
  // Not renewed at the start, where a push waits for its answer: then here, in every cycle.
  if (state.led_at === led_at) await part(deps, signal, "lead", () => lead(deps, state));
  state.prune_due_at ??= deps.clock.now() + PRUNE_PAUSE_REAL_MS * (deps.clock.rate ?? 1);
  if (deps.clock.now() >= state.prune_due_at) await part(deps, signal, "prune", () => prune(deps, state));
  state.last_cycle_at = deps.clock.now();
  return true;
}

async function missedDue(deps: DaemonDeps, state: DaemonState): Promise<void> {
  const now = deps.clock.now();
  if (now < state.missed_due_at) return;
  state.missed_due_at = now + MISSED_PAUSE_REAL_MS * (deps.clock.rate ?? 1);
  await endMissed(deps);
}

/** Each pool's flows are watched, then each pool is decided on: after a look that showed all, or for a cause of its own. */
async function decidePools(
  deps: DaemonDeps,
  state: DaemonState,
  { cause, signal, read }: Pick<CycleInput, "cause" | "signal"> & { readonly read: boolean },
): Promise<void> {
  for (const pool of read && !signal.aborted ? deps.config.pools : []) {
    await part(deps, signal, `watch ${pool.id}`, () => watchFlows(deps, state, pool));
  }
  const why = causeNow(state, cause);
  if (!read && why === "schedule") return;
  for (const pool of deps.config.pools) {
    if (signal.aborted) break;
    await part(deps, signal, `decide ${pool.id}`, () => decidePool(deps, state, pool, why));
  }
}

/**
 * How long the loop may sleep: until the next thing is due, and never past the next heartbeat. Nothing is due for an instance
 * that stands by but another look at the lead.
 */
export async function pauseMs(deps: DaemonDeps, state: DaemonState): Promise<number> {
  if (state.leader_fence === null) return STANDBY_LOOK_REAL_MS * (deps.clock.rate ?? 1);
  const now = deps.clock.now();
  const heartbeat = now + HEARTBEAT_REAL_MS * (deps.clock.rate ?? 1);
  const next_due = state.transfer_next_at ?? (await deps.store.read("transfers.next", readNextDue));
  const transfer_at = Math.max(next_due, state.transfers_due_at);
  const prices_at = deps.price_sources.length > 0 ? state.prices_due_at : Number.MAX_SAFE_INTEGER;
  return Math.max(0, Math.min(heartbeat, transfer_at, prices_at, nextObservationAt(deps, state)) - now);
}

interface Due {
  readonly transfers: TransferRow[];
  readonly proposals: readonly BreakResolutionRow[];
}

/** What waits for its time, in one look; where no transfer does now, it is known when the next one will. */
async function readDue(deps: DaemonDeps, state: DaemonState): Promise<Due> {
  await rememberOpen(deps, state);
  state.transfer_next_at = null;
  return deps.store.read("transfers.due", async (tx) => {
    const [transfers, proposals] = await Promise.all([findDue(tx, deps.clock.now()), findOpenBreakResolutions(tx)]);
    if (transfers.length === 0) state.transfer_next_at = await readNextDue(tx);
    return { transfers, proposals };
  });
}

async function readNextDue(tx: ReadTx): Promise<Instant> {
  return (await nextDueAt(tx)) ?? Number.MAX_SAFE_INTEGER;
}

/** Works on what is due, on several at once; wallets of what has ended are read again at once. */
async function workDue(deps: DaemonDeps, state: DaemonState, due: TransferRow[], signal: AbortSignal): Promise<void> {
  let moved = due.length === 0;
  const lane = async (): Promise<void> => {
    for (let row = due.shift(); row !== undefined && !signal.aborted; row = due.shift()) {
      const { id } = row;
      const outcome = await part(deps, signal, `transfer ${id}`, () => workTransfer(deps, id));
      if (outcome === "done") markDirty(state, touchedBy(deps.config, row));
      moved ||= outcome === "done" || outcome === "waiting";
    }
  };
  await Promise.all(Array.from({ length: Math.min(WORK_LANES, due.length) }, lane));
  const now = deps.clock.now();
  state.transfers_due_at = moved ? now : now + HELD_ELSEWHERE_REAL_MS * (deps.clock.rate ?? 1);
}

/** Not at every wake-up: what waits in between is sealed together. */
async function seal(deps: DaemonDeps, state: DaemonState): Promise<void> {
  const now = deps.clock.now();
  if (now < state.seal_due_at) return;
  if (state.log_standing.waits !== null) await lookAtLog(deps, state);
  state.seal_due_at = now + SEAL_PAUSE_REAL_MS * (deps.clock.rate ?? 1);
  await sealAndPublish(deps, state);
}

/**
 * Nothing is signed beside what a witness has and the log does not continue. A loss may have been accepted through another
 * instance since: so the witnesses are asked again.
 */
async function sealAndPublish(deps: DaemonDeps, state: DaemonState): Promise<void> {
  if (state.log_standing.faults.length > 0) await lookAtLog(deps, state);
  if (state.log_standing.faults.length > 0) return;
  const { checkpoint, leading } = await sealOnce(sealer(deps));
  if (deps.witnesses === undefined || !leading) return;
  if (checkpoint !== null) await publish(deps, state, checkpoint);
  else if (state.unpublished.size > 0) await publishLast(deps, state);
}

/**
 * The last turn before a clean stop: nothing stays unsigned while the daemon is away. Only who leads, and so has asked the
 * witnesses, signs; what a standby wrote is sealed by the leader.
 */
export async function sealLast(deps: DaemonDeps, state: DaemonState): Promise<void> {
  const asked = deps.witnesses === undefined || state.log_fence === state.leader_fence;
  if (state.leader_fence !== null && asked) await sealAndPublish(deps, state);
  await stopSealing(sealer(deps));
}

function sealer(deps: DaemonDeps): SealDeps {
  const { store, clock, log_signer: signer, instance_id: owner } = deps;
  return { store, clock, signer, origin: logOrigin(deps.config.name), owner };
}

/** A stop cuts a cycle short: what it leaves undone, the next start takes up. */
async function part<T>(deps: DaemonDeps, signal: AbortSignal, name: string, work: () => Promise<T>): Promise<T | null> {
  if (signal.aborted) return null;
  try {
    return await work();
  } catch (error) {
    if (error instanceof AssertionError) throw error;
    if (signal.aborted) deps.log.info({ part: name, error }, "The stop cut this part of the cycle short.");
    else deps.log.error({ part: name, error }, "A part of this cycle failed; the others go on.");
    return null;
  }
}
