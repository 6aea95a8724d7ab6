/**
 * Ends a hold as people decided. Everything is counted again in the transaction that changes the books: the quorum under the
 * policy of now, the digest of the stored terms, the time, and that it is still the same hold.
 */
import { resolutionDigest, resolutionSubject, tally, votesOn } from "../../authority/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { FindOutcome } from "../../venues/port.ts";
import { changeState, type StateChange } from "../change/change_state.ts";
import type { TransferDeps } from "../context.ts";
import { shortPayout } from "../plan/payout.ts";
import { contradictionOf } from "../steps/contradiction.ts";
import type { ResolutionRow, ResolutionTerms, TransferRow } from "../types.ts";
import type { StepResult } from "../work_transfer.ts";
import { endResolution, openResolutionOf, stateEventOf } from "./read_resolutions.ts";

export type Verdict = "apply" | "wait" | "denied" | "expired" | "overtaken";

/** Null when no proposal ends the hold now. `found` is what the venue says at this moment. */
export async function applyResolution(
  deps: TransferDeps,
  row: TransferRow,
  found: FindOutcome,
): Promise<StepResult | null> {
  const result = await deps.store.tx("resolution.apply", async (tx) => {
    const proposal = await openResolutionOf(tx, row.id);
    if (proposal === null) return null;
    const now = deps.clock.now();
    const subject = resolutionSubject(deps.config.authority, proposal, row);
    const quorum = tally(deps.config.authority, await votesOn(tx, proposal.id), subject, now);
    const verdict = verdictOn(proposal, row, await stateEventOf(tx, row.id), quorum.state, now);
    if (verdict === "wait") return null;
    if (verdict !== "apply") {
      await endResolution(tx, deps, proposal, row, { state: verdict, actor: "daemon", now });
      return null;
    }
    if (contradictionOf(deps, row, proposal.terms.outcome, found) !== null) return null;
    await endResolution(tx, deps, proposal, row, { state: "applied", actor: proposal.terms.proposed_by, now });
    const next = await changeState(tx, deps, row, proposal.terms.outcome, changeOf(proposal.terms, row, now));
    return { row: next, again: proposal.terms.outcome === "submitted" };
  });
  const short = result?.row.state === "settled" ? shortPayout(deps, result.row) : null;
  if (short !== null) deps.notifier.notify(short);
  return result;
}

/** Pure. A stored proposal that is not what its digest says, or of another hold, is worth nothing. */
export function verdictOn(
  { terms, digest, transfer_id }: ResolutionRow,
  row: TransferRow,
  held_event: string,
  quorum: "pending" | "complete" | "denied",
  now: Instant,
): Verdict {
  const same =
    row.state === "held" &&
    transfer_id === row.id &&
    terms.transfer_id === row.id &&
    terms.transfer_digest === row.digest &&
    terms.held_event === held_event &&
    terms.note_code === row.note_code &&
    terms.note === row.note &&
    resolutionDigest(terms) === digest;
  if (!same) return "overtaken";
  if (quorum === "denied") return "denied";
  if (now >= terms.expires_at) return "expired";
  return quorum === "complete" ? "apply" : "wait";
}

function changeOf(terms: ResolutionTerms, row: TransferRow, now: Instant): StateChange {
  const text = `Resolved by people (${terms.id}): ${terms.evidence}`;
  const identity = { venue_ref: terms.venue_ref ?? row.venue_ref, tx_hash: terms.tx_hash ?? row.tx_hash };
  const base = { now, actor: terms.proposed_by, note: { code: "resolved", text } };
  const sent = { ...identity, submitted_at: row.submitted_at ?? now };
  switch (terms.outcome) {
    case "failed":
      return base;
    case "submitted":
      return { ...base, patch: { ...sent, stage: row.stage ?? "accepted", next_at: now } };
    case "settled": {
      const amounts = { amount_received: BigInt(terms.amount_received ?? ""), fee_actual: BigInt(terms.fee ?? "") };
      return { ...base, patch: { ...sent, ...amounts, stage: "final", settled_at: now } };
    }
  }
}
