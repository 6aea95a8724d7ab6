/**
 * The driver: claims a transfer by lease and fence in database time, then takes steps, one by state, until it has to wait.
 * Whoever claims later has a higher fence, and every write of the earlier owner is refused from then on.
 */
import { StoreError, tables } from "../store/index.ts";
import { changeFields, changeState } from "./change/change_state.ts";
import { messageOf, type TransferDeps } from "./context.ts";
import { TransferError } from "./errors.ts";
import { BACKOFF_MAX_MS, LEASE_MS, STEPS_MAX } from "./limits.ts";
import { type Looked, lookAtDispatch } from "./plan/check_dispatch.ts";
import { isOpen, isWatched } from "./read_transfers.ts";
import { stepApproved } from "./steps/step_approved.ts";
import { stepAwaitingApproval } from "./steps/step_awaiting_approval.ts";
import { stepHeld } from "./steps/step_held.ts";
import { asksNobody, stepPlanned } from "./steps/step_planned.ts";
import { stepSettled } from "./steps/step_settled.ts";
import { stepSubmitted } from "./steps/step_submitted.ts";
import { stepSubmitting } from "./steps/step_submitting.ts";
import type { TransferRow, TransferState } from "./types.ts";

/** One step: the row as it is afterwards. A step that has to wait sets `next_at` and says so. */
export interface StepResult {
  readonly row: TransferRow;
  readonly again: boolean;
}
/** `looked`: what the claim saw a moment ago, where it looked; only the first step after it hears of that. */
export type Step = (deps: TransferDeps, row: TransferRow, looked?: Looked) => Promise<StepResult>;

/** What became of one piece of work: `lost` means that somebody else owns or changed it. */
export type WorkOutcome = "idle" | "waiting" | "done" | "lost";

const STEPS: Partial<Record<TransferState, Step>> = {
  planned: stepPlanned,
  awaiting_approval: stepAwaitingApproval,
  approved: stepApproved,
  submitting: stepSubmitting,
  submitted: stepSubmitted,
  held: stepHeld,
  settled: stepSettled,
};

/**
 * Works on one transfer until it waits or ends. Safe to call at any time from any process; a crash anywhere inside leads to
 * at most one effect.
 */
export async function workTransfer(deps: TransferDeps, id: string): Promise<WorkOutcome> {
  try {
    const claimed = await claim(deps, id);
    if (claimed === null) return "idle";
    let { row } = claimed;
    for (let taken = 0; taken < STEPS_MAX; taken += 1) {
      const step = STEPS[row.state];
      if (step === undefined) break;
      const result: StepResult = await step(deps, row, taken === 0 ? claimed.looked : undefined);
      row = result.row;
      if (!result.again) break;
    }
    if (!isOpen(row)) return "done";
    if (row.lease_owner !== null) await release(deps, row);
    return "waiting";
  } catch (error) {
    if (isRace(error)) {
      deps.log.warn(
        { transfer: id, cause: messageOf(error) },
        "Somebody else changed this transfer; it is read again.",
      );
      return "lost";
    }
    await putDown(deps, id);
    throw error;
  }
}

/** A step that failed for no known reason is not tried again at once; the claim ends by itself. */
async function putDown(deps: TransferDeps, id: string): Promise<void> {
  const next_at = deps.clock.now() + BACKOFF_MAX_MS;
  await deps.store.tx("transfer.put_down", async (tx) => {
    const row = await tx.get(tables.transfer, { id });
    if (row === undefined || isOver(row) || row.lease_owner !== deps.instance_id) return;
    const patch = { next_at, lease_owner: null, lease_until: null };
    await changeFields(tx, deps, row, { now: deps.clock.now(), actor: "daemon", patch });
  });
}

interface Claimed {
  readonly row: TransferRow;
  readonly looked?: Looked;
}

/** What is approved is looked at in the same transaction: whether it may go out is the next question. */
async function claim(deps: TransferDeps, id: string): Promise<Claimed | null> {
  return deps.store.tx("transfer.claim", async (tx) => {
    const [row, database_now] = await Promise.all([tx.get(tables.transfer, { id }), tx.now()]);
    if (row === undefined || isOver(row)) return null;
    const taken = row.lease_owner !== null && row.lease_until !== null && row.lease_until > database_now;
    if (taken && row.lease_owner !== deps.instance_id) return null;
    const lease = { lease_owner: deps.instance_id, lease_until: database_now + LEASE_MS, fence: row.fence + 1 };
    const change = { now: deps.clock.now(), actor: "daemon" } as const;
    const mine = asksNobody(deps, row)
      ? await changeState(tx, deps, row, "approved", {
          ...change,
          patch: { ...lease, signing: null, next_at: change.now },
        })
      : await changeFields(tx, deps, row, { ...change, patch: lease });
    if (mine.state !== "approved") return { row: mine };
    return { row: mine, looked: await lookAtDispatch(tx, deps, mine) };
  });
}

async function release(deps: TransferDeps, row: TransferRow): Promise<void> {
  await deps.store.tx("transfer.release", (tx) =>
    changeFields(tx, deps, row, {
      now: row.updated_at,
      actor: "daemon",
      patch: { lease_owner: null, lease_until: null },
    }),
  );
}

/** Nobody looks at it any more. */
function isOver(row: TransferRow): boolean {
  return !isOpen(row) && !isWatched(row);
}

function isRace(error: unknown): boolean {
  if (error instanceof TransferError) return error.code === "transfer_conflict";
  return error instanceof StoreError && (error.code === "store_conflict" || error.code === "store_commit_unknown");
}
