/**
 * A person asks the venue to withdraw what it already took. The wish is durable before the call, and the answer ends nothing:
 * the transfer stays in flight, with its funds reserved, until the venue's own account of it is final. So a lost answer, a
 * crash between the two, or a venue that cancels too late can neither free money twice nor hide a payment.
 */
import type { Tx } from "../../store/index.ts";
import type { CancelOutcome } from "../../venues/port.ts";
import { changeFields } from "../change/change_state.ts";
import { recordCancel } from "../change/record_events.ts";
import { messageOf, type TransferDeps, venueOf } from "../context.ts";
import { TransferError } from "../errors.ts";
import { getTransfer } from "../read_transfers.ts";
import type { TransferRow } from "../types.ts";

/** Notes that the following of a transfer depends on: the wish is told beside them. */
const KEPT_CODES: ReadonlySet<string> = new Set(["overdue", "transfer_missing", "sent_again"]);

/**
 * Asks once. To ask again after a lost answer is harmless: the venue has one request to withdraw.
 * @throws TransferError transfer_not_found, transfer_not_cancellable, transfer_cancel_unsupported, transfer_conflict
 */
export async function cancelAtVenue(
  deps: TransferDeps,
  id: string,
  actor: string,
  reason: string,
): Promise<TransferRow> {
  const asked = await deps.store.tx("transfer.cancel_ask", async (tx) => {
    const row = await getTransfer(tx, id);
    assertWithdrawable(deps, row);
    const text = `${actor} asks the venue to cancel it (${reason}). The venue has not answered yet; it stays in flight.`;
    return note(tx, deps, row, { actor, step: "asked", text });
  });
  const outcome = await ask(deps, asked);
  return deps.store.tx("transfer.cancel_answer", async (tx) => {
    const row = await getTransfer(tx, id);
    const answer = { actor: `venue:${row.plan.from.venue}`, step: outcome.outcome, text: sentenceOf(outcome) };
    if (row.state === "submitted") return note(tx, deps, row, answer);
    await recordCancel(tx, deps.ids, row, { ...answer, now: deps.clock.now() });
    return row;
  });
}

function assertWithdrawable(deps: TransferDeps, row: TransferRow): void {
  const facts = { transfer: row.id, state: row.state };
  if (row.state !== "submitted" || row.venue_ref === null) {
    const text = `The transfer ${row.id} is ${row.state}: only what was not sent yet, or what its venue has taken, can be cancelled.`;
    throw new TransferError("transfer_not_cancellable", text, facts);
  }
  if (venueOf(deps, row.plan.from.venue).capabilities().cancel) return;
  const text = `The venue ${row.plan.from.venue} cannot withdraw what it has taken; the transfer ${row.id} stays in flight.`;
  throw new TransferError("transfer_cancel_unsupported", text, facts);
}

async function ask(deps: TransferDeps, row: TransferRow): Promise<CancelOutcome> {
  try {
    return await venueOf(deps, row.plan.from.venue).cancel(row.venue_ref ?? "");
  } catch (error) {
    return { outcome: "unknown", message: messageOf(error) };
  }
}

interface CancelNote {
  readonly actor: string;
  readonly step: "asked" | CancelOutcome["outcome"];
  readonly text: string;
}

/** Writes what was said, and lets the venue be asked at once what became of the transfer. */
async function note(tx: Tx, deps: TransferDeps, row: TransferRow, said: CancelNote): Promise<TransferRow> {
  const now = deps.clock.now();
  const { actor, text } = said;
  const code = row.note_code !== null && KEPT_CODES.has(row.note_code) ? row.note_code : "cancel_asked";
  const patch = { next_at: now, attempts: 0 };
  const next = await changeFields(tx, deps, row, { now, actor, note: { code, text }, patch });
  await recordCancel(tx, deps.ids, next, { ...said, now });
  return next;
}

function sentenceOf(outcome: CancelOutcome): string {
  switch (outcome.outcome) {
    case "cancelled":
      return "The venue says that it cancelled it. It stays in flight until a look-up says finally that nothing moved.";
    case "too_late":
      return `It is too late to cancel it: ${outcome.message} It is followed to its end.`;
    case "unsupported":
      return "The venue cannot withdraw what it has taken. It is followed to its end.";
    case "unknown":
      return `Whether the venue cancelled it is not known (${outcome.message}). It stays in flight; to ask again is harmless.`;
  }
}
