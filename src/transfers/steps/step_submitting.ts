/**
 * submitting, found again: somebody may have called the venue and nobody knows the outcome. Look it up first. The same bytes
 * go out again only where the venue makes that harmless (a signed transaction; a client key within half its lifetime), while
 * the approval lasts and nothing is frozen. What a machine cannot resolve is held for people; it is never called failed.
 */
import { assert } from "../../errors/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { Idempotency } from "../../venues/port.ts";
import { holdTransfer } from "../change/hold_transfer.ts";
import { type TransferDeps, venueOf } from "../context.ts";
import type { TransferRow } from "../types.ts";
import type { StepResult } from "../work_transfer.ts";
import { acceptFound } from "./accept_found.ts";
import { lookUp } from "./read_back.ts";
import { resendOrWait } from "./send_prepared.ts";
import { waitFor } from "./waits.ts";

export async function stepSubmitting(deps: TransferDeps, row: TransferRow): Promise<StepResult> {
  const found = await lookUp(deps, row);
  switch (found.outcome) {
    case "found":
      return acceptFound(deps, row, found.transfer);
    case "unreadable": {
      const text = `Its outcome is unknown and the venue cannot be asked now: ${found.message}`;
      return waitFor(deps, row, { note: { code: "lookup_unreadable", text } });
    }
    case "absent":
      return resolveAbsent(deps, row, found.as_of);
  }
}

/** Absence means something only when the venue's own view is older than its consistency window after the first call. */
async function resolveAbsent(deps: TransferDeps, row: TransferRow, as_of: Instant): Promise<StepResult> {
  assert(row.prepared !== null, `${row.id} was prepared before it was sent`);
  const { idempotency, consistency_window_ms } = venueOf(deps, row.plan.from.venue).capabilities();
  const now = deps.clock.now();
  const first_at = row.prepared.prepared_at;
  if (Math.min(as_of, now) - first_at < consistency_window_ms) return waitFor(deps, row);
  if (mayRepeat(idempotency, first_at, row.plan.expires_at, now)) return resendOrWait(deps, row);
  const text =
    "Its outcome is unknown: the venue does not know it and it may not be sent again. Ask the venue; the funds stay reserved.";
  return holdTransfer(deps, row, "outcome_unknown", text);
}

/** Half a key's lifetime, counted from before its first use, leaves the other half for a request that arrives late. */
export function mayRepeat(idempotency: Idempotency, first_at: Instant, expires_at: Instant, now: Instant): boolean {
  if (now >= expires_at) return false;
  switch (idempotency.kind) {
    case "none":
      return false;
    case "signed_transaction":
      return true;
    case "key":
      return now - first_at < idempotency.lifetime_ms / 2;
  }
}
