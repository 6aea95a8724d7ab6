/** awaiting_approval: count the votes under the policy of now. One denial ends it, time ends it, a quorum lets it on. */
import { tally, transferSubject, votesOn } from "../../authority/index.ts";
import type { Tx } from "../../store/index.ts";
import { changeFields, changeState } from "../change/change_state.ts";
import { endUnsent } from "../change/end_unsent.ts";
import { type TransferDeps, venueOf } from "../context.ts";
import { VOTES_LOOK_MS } from "../limits.ts";
import { isCovered } from "../plan/covered.ts";
import type { TransferRow } from "../types.ts";
import type { StepResult } from "../work_transfer.ts";
import { expire, isExpired } from "./expire.ts";
import { ownersSign } from "./step_planned.ts";
import { FREE } from "./waits.ts";

export async function stepAwaitingApproval(deps: TransferDeps, row: TransferRow): Promise<StepResult> {
  if (isExpired(deps, row)) return expire(deps, row);
  return deps.store.tx("transfer.tally", (tx) => countVotes(tx, deps, row));
}

async function countVotes(tx: Tx, deps: TransferDeps, row: TransferRow): Promise<StepResult> {
  const now = deps.clock.now();
  const subject = transferSubject(deps.config.authority, row);
  const quorum = tally(deps.config.authority, await votesOn(tx, row.id), subject, now);
  switch (quorum.state) {
    case "complete": {
      const next = await changeState(tx, deps, row, "approved", { now, actor: "daemon", patch: { next_at: now } });
      return { row: next, again: true };
    }
    case "denied": {
      const note = { code: "denied", text: `${quorum.denied_by ?? "A person"} denied it.` };
      const actor = `person:${quorum.denied_by ?? "unknown"}`;
      const next = await endUnsent(tx, deps, row, "denied", { now, actor, note });
      return { row: next, again: next.state === "held" };
    }
    case "pending": {
      if (await isCovered(tx, deps, row)) {
        const { envelope, substitution } = row.plan;
        const code = envelope === undefined ? "substitution" : "envelope";
        const note = { code, text: `People approved it in advance: ${(envelope ?? substitution)?.id ?? ""}.` };
        const next = await changeState(tx, deps, row, "approved", {
          now,
          actor: "daemon",
          note,
          patch: { next_at: now },
        });
        return { row: next, again: true };
      }
      if (owesSignatures(deps, row)) {
        const text = "What people approved in advance does not hold any more; it is planned anew, and the owners sign.";
        const note = { code: "envelope_ended", text };
        return { row: await endUnsent(tx, deps, row, "cancelled", { now, actor: "daemon", note }), again: false };
      }
      const next_at = Math.min(row.plan.expires_at, now + VOTES_LOOK_MS);
      const next = await changeFields(tx, deps, row, { now, actor: "daemon", patch: { next_at, ...FREE } });
      return { row: next, again: false };
    }
  }
}

/** It was planned without asking the wallet's owners, and now they would have to be asked: for another plan. */
function owesSignatures(deps: TransferDeps, { plan, signing }: TransferRow): boolean {
  return plan.envelope !== undefined && signing === null && ownersSign(venueOf(deps, plan.from.venue));
}
