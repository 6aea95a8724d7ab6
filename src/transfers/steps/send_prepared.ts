/**
 * Sending the prepared bytes. The row is `submitting` and durable before this is called. Only the very first call may take a
 * refusal as proof that nothing happened: on a repeat, a refusal may be the echo of the first call's success.
 */
import { assert } from "../../errors/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { SubmitOutcome } from "../../venues/port.ts";
import { changeFields, changeState } from "../change/change_state.ts";
import { endUnsent } from "../change/end_unsent.ts";
import { messageOf, type TransferDeps, venueOf } from "../context.ts";
import { TransferError } from "../errors.ts";
import { SEND_WITHIN_REAL_MS } from "../limits.ts";
import { assertMaySend } from "../plan/check_dispatch.ts";
import type { TransferRow } from "../types.ts";
import type { StepResult } from "../work_transfer.ts";
import { waitFor } from "./waits.ts";

/** The first call, right after the write that made the intent durable, which began at `written_at`. */
export async function sendFirst(deps: TransferDeps, row: TransferRow, written_at: Instant): Promise<StepResult> {
  const outcome = await callVenue(deps, row, written_at);
  if (outcome.outcome === "accepted") return toSubmitted(deps, row, outcome);
  if (outcome.outcome === "unknown") return toUnknown(deps, row, outcome.message);
  const note = { code: outcome.code, text: `The venue refused it: ${outcome.message}` };
  const next = await deps.store.tx("transfer.refused", (tx) =>
    // A refusal takes no owner's signature back.
    endUnsent(tx, deps, row, "failed", { now: deps.clock.now(), actor: `venue:${row.plan.from.venue}`, note }),
  );
  return { row: next, again: next.state === "held" };
}

/** The same bytes once more. The write that precedes the call checks fence, version and mode again. */
async function sendAgain(deps: TransferDeps, row: TransferRow): Promise<StepResult> {
  const written_at = deps.clock.now();
  const ready = await deps.store.tx("transfer.resend", async (tx) => {
    await assertMaySend(tx);
    const note = { code: "sent_again", text: "The venue does not know it; the same request was sent again." };
    return changeFields(tx, deps, row, { now: deps.clock.now(), actor: "daemon", note });
  });
  const outcome = await callVenue(deps, ready, written_at);
  if (outcome.outcome === "accepted" && ready.state === "submitting") return toSubmitted(deps, ready, outcome);
  if (ready.state === "submitted") return waitFor(deps, ready);
  return toUnknown(deps, ready, outcome.outcome === "accepted" ? "accepted" : outcome.message);
}

/** `sendAgain`, which a freeze, or a log without a witness, turns into waiting. */
export async function resendOrWait(deps: TransferDeps, row: TransferRow): Promise<StepResult> {
  try {
    return await sendAgain(deps, row);
  } catch (error) {
    if (!isStopped(error)) throw error;
    return waitFor(deps, row, row.state === "submitted" ? {} : { note: { code: error.code, text: error.message } });
  }
}

/** `assertMaySend` said no: for now nothing is sent. */
export function isStopped(error: unknown): error is TransferError {
  return error instanceof TransferError && STOPPED.has(error.code);
}

const STOPPED: ReadonlySet<string> = new Set(["treasury_frozen", "transfer_log_unwitnessed"]);

/**
 * A process that stood still since its write (a suspended machine, a long pause) may have lost the transfer to another, which
 * may have sent it, and the venue may have forgotten its key since: the write no longer allows the call.
 */
export function stoodStill({ clock }: Pick<TransferDeps, "clock">, written_at: Instant): boolean {
  return clock.now() - written_at > SEND_WITHIN_REAL_MS * (clock.rate ?? 1);
}

/** Nothing is sent by a process that stood still. */
export async function callVenue(deps: TransferDeps, row: TransferRow, written_at: Instant): Promise<SubmitOutcome> {
  assert(row.prepared !== null, `${row.id} is prepared before it is sent`);
  if (stoodStill(deps, written_at)) {
    return { outcome: "unknown", message: "this process stood still before it could send" };
  }
  try {
    return await venueOf(deps, row.plan.from.venue).submit(row.prepared);
  } catch (error) {
    return { outcome: "unknown", message: messageOf(error) };
  }
}

async function toSubmitted(
  deps: TransferDeps,
  row: TransferRow,
  outcome: Extract<SubmitOutcome, { outcome: "accepted" }>,
): Promise<StepResult> {
  const now = deps.clock.now();
  const next = await deps.store.tx("transfer.accepted", (tx) =>
    changeState(tx, deps, row, "submitted", {
      now,
      actor: `venue:${row.plan.from.venue}`,
      note: null,
      patch: {
        venue_ref: outcome.venue_ref,
        tx_hash: outcome.tx_hash ?? row.prepared?.tx_hash ?? null,
        stage: outcome.stage,
        submitted_at: now,
        next_at: now,
      },
    }),
  );
  return { row: next, again: true };
}

function toUnknown(deps: TransferDeps, row: TransferRow, message: string): Promise<StepResult> {
  const text = `Its outcome is not known yet (${message}); the venue is asked about it, and nothing is sent anew.`;
  return waitFor(deps, row, { note: { code: "outcome_unknown", text } });
}
