/**
 * Starts what a decision says: only with the verdict `move`, only in mode `auto`, only while this instance leads. Replaced requests
 * end and the moves about the levels begin in one transaction, or none of them. Each payment straight from custody, and each wallet that
 * puts its own coins together, begins in one of its own after that: what stops one stops nothing else.
 */
import { TidegateError } from "../../errors/index.ts";
import type { Decision, Move } from "../../policy/types.ts";
import { holdsLease, StoreError, type Tx } from "../../store/index.ts";
import { planTransfer, readMode, recordAlert, type SelfPayment, supersede } from "../../transfers/index.ts";
import { LEADER } from "../leader.ts";
import { REASON_LENGTH_MAX } from "../limits.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps } from "../types.ts";

/** `signed`: what owners signed can still be paid; it ends first, and the next decision plans anew. */
type Started = "no" | "yes" | "signed";

/** True when something was started or replaced. */
export async function startDecision(
  deps: DaemonDeps,
  state: DaemonState,
  pool_id: string,
  decision_id: string,
  decision: Decision,
): Promise<boolean> {
  const apart = decision.verdict === "move" ? decision.moves.filter(isApart) : [];
  forgetRefusals(state, pool_id, apart);
  if (decision.verdict !== "move") {
    state.refusals.delete(pool_id);
    return false;
  }
  const levels = await orRefused(deps, state, { pool_id, key: pool_id }, () =>
    startLevels(deps, state, decision_id, decision),
  );
  if (levels === "signed") return true;
  let started = levels === "yes";
  for (const move of apart) {
    const key = refusalKey(pool_id, move);
    const one = await orRefused(deps, state, { pool_id, key }, () =>
      deps.store.tx("decision.payout", async (tx) => {
        if (!(await mayStart(deps, state, tx))) return "no";
        await plan(tx, deps, decision_id, decision, move);
        return "yes";
      }),
    );
    started ||= one === "yes";
  }
  return started;
}

/** Ends what is replaced and plans what is about the levels. */
async function startLevels(
  deps: DaemonDeps,
  state: DaemonState,
  decision_id: string,
  decision: Decision,
): Promise<Started> {
  const moves = decision.moves.filter((move) => !isApart(move));
  if (moves.length + decision.supersedes.length === 0) return "no";
  return deps.store.tx("decision.start", async (tx) => {
    if (!(await mayStart(deps, state, tx))) return "no";
    let signed = false;
    for (const id of decision.supersedes) {
      const ended = await supersede(tx, deps, id, "A newer plan takes its place.");
      signed ||= ended.state === "held";
    }
    if (signed) return "signed";
    for (const move of moves) await plan(tx, deps, decision_id, decision, move);
    return "yes";
  });
}

async function plan(tx: Tx, deps: DaemonDeps, decision_id: string, decision: Decision, move: Move): Promise<void> {
  const sentences = decision.reasons.map(({ sentence }) => sentence);
  await planTransfer(tx, deps, {
    id: deps.ids.next("trf"),
    pool_id: decision.pool_id,
    from_wallet: move.from_wallet,
    to_wallet: move.to_wallet,
    network: move.network,
    amount: move.amount,
    fee_max: move.fee_max,
    cause: decision.severity === "emergency" ? "emergency" : "auto_pilot",
    reason: sentences.join(" ").slice(0, REASON_LENGTH_MAX),
    decision_id,
    initiator: "daemon",
    lane: move.lane ?? null,
    obligation_id: move.obligation_id ?? null,
    self: selfOf(move),
  });
}

async function mayStart(deps: DaemonDeps, state: DaemonState, tx: Tx): Promise<boolean> {
  const { leader_fence } = state;
  if (leader_fence === null) return false;
  const [mode, leads] = await Promise.all([readMode(tx), holdsLease(tx, LEADER, deps.instance_id, leader_fence)]);
  return mode === "auto" && leads;
}

/** A plan that a rule refused is written and told once, under its key, and tried again with the next decision. */
async function orRefused(
  deps: DaemonDeps,
  state: DaemonState,
  { pool_id, key }: { readonly pool_id: string; readonly key: string },
  work: () => Promise<Started>,
): Promise<Started> {
  try {
    const started = await work();
    state.refusals.delete(key);
    return started;
  } catch (error) {
    if (error instanceof StoreError || !(error instanceof TidegateError)) throw error;
    if (state.refusals.get(key) === error.code) return "no";
    state.refusals.set(key, error.code);
    const message = `The plan for ${pool_id} was refused: ${error.message}`;
    const notice = { code: `plan_${error.code}`, severity: "warning", message, ref: pool_id } as const;
    await deps.store.tx("decision.refused", (tx) => recordAlert(tx, deps, notice, deps.clock.now()));
    deps.notifier.notify(notice);
    return "no";
  }
}

/** What is not asked for any more leaves nothing behind. */
function forgetRefusals({ refusals }: DaemonState, pool_id: string, apart: readonly Move[]): void {
  const kept = new Set(apart.map((move) => refusalKey(pool_id, move)));
  for (const key of refusals.keys()) if (key.startsWith(`${pool_id}/`) && !kept.has(key)) refusals.delete(key);
}

function refusalKey(pool_id: string, { obligation_id, from_wallet }: Move): string {
  return `${pool_id}/${obligation_id ?? from_wallet}`;
}

/** What stops one of these stops nothing else. */
function isApart({ direction }: Move): boolean {
  return direction === "to_payee" || direction === "within";
}

function selfOf({ direction, touches_max = 0n }: Move): SelfPayment | null {
  if (direction !== "within") return null;
  return { purpose: "consolidate", touches_max: touches_max.toString(), parent: null };
}
