/** Asks the policy about every pool, records the answer, and starts what it says (`start_decision.ts`). */
import { emit } from "../../audit/index.ts";
import type { PoolConfig } from "../../config/types.ts";
import { digestOf, plainOf } from "../../digest/index.ts";
import { decideShadow, keepForecast } from "../../outlook/index.ts";
import { decide } from "../../policy/index.ts";
import type { Decision, Snapshot } from "../../policy/types.ts";
import type { Instant } from "../../ports/index.ts";
import { type DecisionRow, type Json, type Tx, tables } from "../../store/index.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps, PoolPlan, WakeCause } from "../types.ts";
import { isAlarm } from "../watch/wakes.ts";
import { closeObligations, wasPaidLately } from "./close_obligations.ts";
import { keepOutside, readOutside } from "./history.ts";
import { buildSnapshot } from "./snapshot.ts";
import { startDecision } from "./start_decision.ts";

export async function planPool(deps: DaemonDeps, state: DaemonState, pool: PoolConfig): Promise<PoolPlan> {
  return planOn(pool, await deps.store.read("pool.snapshot", (tx) => buildSnapshot(tx, deps, state, pool)));
}

function planOn(pool: PoolConfig, snapshot: Snapshot): PoolPlan {
  return { pool_id: pool.id, snapshot, decision: decide(snapshot, pool.policy, snapshot.taken_at) };
}

/** As `planPool`, with what was met or missed of what is owed closed first. */
async function planMet(deps: DaemonDeps, state: DaemonState, pool: PoolConfig): Promise<PoolPlan> {
  const [snapshot, paid] = await deps.store.read("pool.snapshot", (tx) =>
    Promise.all([buildSnapshot(tx, deps, state, pool), wasPaidLately(tx, pool, deps.clock.now())]),
  );
  const owes = (snapshot.obligations ?? []).length > 0;
  if ((owes || paid) && (await closeObligations(deps, pool))) return planPool(deps, state, pool);
  return planOn(pool, snapshot);
}

/** True when something was started or replaced. */
export async function decidePool(
  deps: DaemonDeps,
  state: DaemonState,
  pool: PoolConfig,
  cause: WakeCause,
): Promise<boolean> {
  await keepForecast(deps, pool);
  const { snapshot, decision } = await planMet(deps, state, pool);
  const row = await recordDecision(deps, pool, snapshot, decision, cause);
  return startDecision(deps, state, pool.id, row.id, decision);
}

/** The same answer as before only counts up. */
export async function recordDecision(
  deps: DaemonDeps,
  pool: PoolConfig,
  snapshot: Snapshot,
  decision: Decision,
  cause: WakeCause,
): Promise<DecisionRow> {
  const shadow = decideShadow(snapshot, pool.policy);
  const fingerprint = fingerprintOf(decision, shadow);
  return deps.store.tx("decision.record", async (tx) => {
    const [last] = await lookBack(tx, pool);
    await keepOutside(tx, decision);
    const same = last?.fingerprint === fingerprint && last.policy_digest === pool.policy_digest;
    // What is worth an alarm is written as the cause of a decision even when that says the same as before.
    if (last !== undefined && same && (last.cause === cause || !isAlarm(cause))) {
      const again = { repeats: last.repeats + 1, last_at: decision.decided_at };
      await tx.update(tables.decision, { id: last.id }, again);
      return { ...last, ...again };
    }
    const row: DecisionRow = {
      id: deps.ids.next("dec"),
      pool_id: pool.id,
      verdict: decision.verdict,
      severity: decision.severity,
      fingerprint,
      policy_digest: pool.policy_digest,
      snapshot: plain(snapshot),
      decision: plain(decision),
      shadow: shadow === null ? null : plain(shadow),
      cause,
      repeats: 0,
      at: decision.decided_at,
      last_at: decision.decided_at,
    };
    await tx.insert(tables.decision, row);
    await keepPolicy(tx, pool, row.at);
    await emit(tx, deps.ids, { ...eventOf(row, pool, decision), kind: "decision.made" });
    return row;
  });
}

/** The last decision on the pool; and, where the store gathers what is asked for, what the record looks at beside it. */
async function lookBack(tx: Tx, { id, policy_digest: digest }: PoolConfig): Promise<DecisionRow[]> {
  const [last] = await Promise.all([
    tx.find(tables.decision, {
      where: { pool_id: id },
      order_by: [
        ["at", "desc"],
        ["id", "desc"],
      ],
      limit: 1,
    }),
    tx.gathers === true && Promise.all([readOutside(tx, id), tx.get(tables.policy_version, { digest })]),
  ]);
  return last;
}

/** The policy beside its decisions, once, so that each can be replayed after the file has changed. */
async function keepPolicy(tx: Tx, pool: PoolConfig, now: Instant): Promise<void> {
  const { policy_digest: digest, id: pool_id, policy } = pool;
  if ((await tx.get(tables.policy_version, { digest })) !== undefined) return;
  await tx.insert(tables.policy_version, { digest, pool_id, policy: plain(policy), first_used_at: now });
}

/**
 * Verdict, codes and moves. A decision that does nothing is the same whatever the advice it carries; one in the shadow is the same
 * while it would move the same way, for its amount changes with every payment.
 */
export function fingerprintOf(decision: Decision, shadow: Decision | null = null): string {
  const { verdict, severity, supersedes, reasons, moves } = decision;
  const codes = reasons.map(({ code }) => code);
  const acts = moves.map(({ from_wallet, to_wallet, amount }) => [from_wallet, to_wallet, amount]);
  const beside = shadow === null ? {} : { shadow: [shadow.verdict, shadow.moves[0]?.direction ?? null] };
  return digestOf("decision", {
    verdict,
    severity,
    codes,
    moves: verdict === "hold" ? [] : acts,
    supersedes,
    ...beside,
  });
}

function eventOf(row: DecisionRow, pool: PoolConfig, decision: Decision) {
  return {
    ref: pool.id,
    actor: "daemon",
    at: row.at,
    payload: {
      pool_id: pool.id,
      asset: pool.asset,
      decision_id: row.id,
      verdict: decision.verdict,
      severity: decision.severity,
      codes: decision.reasons.map(({ code }) => code),
      policy_digest: pool.policy_digest,
      cause: row.cause,
      moves: decision.moves.map(({ from_wallet, to_wallet, amount, fee }) => ({
        from_wallet,
        to_wallet,
        amount: amount.toString(),
        fee: fee.toString(),
      })),
    },
  };
}

function plain(value: unknown): Json {
  return plainOf(value) as Json;
}
