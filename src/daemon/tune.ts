/**
 * Once a week and pool: would another policy have cost less on what customers did here? The answer is a proposal for people, or the
 * reason why there is none. It moves nothing and changes nothing. When the next look is due is kept in the store.
 */
import { emit } from "../audit/index.ts";
import type { PoolConfig } from "../config/types.ts";
import type { Instant } from "../ports/index.ts";
import { type Tx, tables } from "../store/index.ts";
import { keepProposal, propose, readOwnLedger, reportOf, TuningError } from "../tuning/index.ts";
import type { Tuning } from "../tuning/types.ts";
import { TUNE_DAYS, TUNE_INTERVAL_MS } from "./limits.ts";
import { priceOf } from "./plan/prices.ts";
import type { DaemonState } from "./state.ts";
import type { DaemonDeps } from "./types.ts";

/** At most one pool in a cycle: a search takes a second or two. The first look comes a week after the first start. */
export async function tuneDue(deps: DaemonDeps, state: DaemonState): Promise<void> {
  const now = deps.clock.now();
  if (now < state.tune_due_at) return;
  let next = now + TUNE_INTERVAL_MS;
  let worked = false;
  for (const pool of deps.config.pools.filter(({ policy }) => policy.task === undefined)) {
    const due_at = await dueAt(deps, pool, now);
    if (due_at > now || worked) next = Math.min(next, Math.max(due_at, now));
    else {
      await tune(deps, state, pool);
      worked = true;
    }
  }
  state.tune_due_at = next;
}

const nameOf = (pool: PoolConfig): string => `tuner/${pool.id}`;

async function dueAt({ store }: DaemonDeps, pool: PoolConfig, now: Instant): Promise<Instant> {
  const row = await store.read("tune.due", (tx) => tx.get(tables.control, { name: nameOf(pool) }));
  if (row !== undefined) return (row.value as { due_at: Instant }).due_at;
  await store.tx("tune.first", (tx) => setDue(tx, pool, now));
  return now + TUNE_INTERVAL_MS;
}

async function setDue(tx: Tx, pool: PoolConfig, now: Instant): Promise<void> {
  const value = { due_at: now + TUNE_INTERVAL_MS };
  await tx.upsert(tables.control, { name: nameOf(pool), value, version: 1, updated_at: now });
}

async function tune(deps: DaemonDeps, state: DaemonState, pool: PoolConfig): Promise<void> {
  const { store, clock, ids, notifier } = deps;
  const now = clock.now();
  const input = { pool, now, days: TUNE_DAYS, price: priceOf(deps, state, pool.asset) };
  const read = await store.read("tune.ledger", (tx) => readOwnLedger(tx, input)).catch(asRefusal);
  const tuning: Tuning =
    read instanceof TuningError
      ? { kind: "nothing", code: "not_possible", sentence: read.message }
      : await propose(read, () => clock.sleep(clock.rate ?? 1));
  const kept = await store.tx("tune.keep", async (tx) => {
    await setDue(tx, pool, now);
    if (tuning.kind === "proposed" && !(read instanceof TuningError)) {
      return keepProposal(tx, ids, read, tuning.proposed, now);
    }
    const sentence = tuning.kind === "nothing" ? tuning.sentence : "";
    const payload = {
      pool_id: pool.id,
      proposal_id: null,
      state: "nothing",
      from_digest: null,
      to_digest: null,
      sentence,
    };
    await emit(tx, ids, { kind: "policy.tuning", ref: pool.id, actor: "daemon", at: now, payload });
    return null;
  });
  if (kept === null) return;
  const message = `A policy is proposed for ${pool.id}: ${reportOf(kept).sentence} Read it with: tidegate policy proposals show ${kept.id}`;
  notifier.notify({ code: "policy_proposed", severity: "info", message, ref: pool.id });
}

/** What a history cannot be replayed for is an answer; everything else is a failure. */
function asRefusal(error: unknown): TuningError {
  if (error instanceof TuningError) return error;
  throw error;
}
