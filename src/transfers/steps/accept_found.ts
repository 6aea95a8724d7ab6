/** A look-up found a transfer: it becomes `submitted` only when it is the one we sent. */
import { tables } from "../../store/index.ts";
import type { VenueTransfer } from "../../venues/port.ts";
import { changeState } from "../change/change_state.ts";
import { holdTransfer } from "../change/hold_transfer.ts";
import { differencesFromRow } from "../change/identity.ts";
import type { TransferDeps } from "../context.ts";
import { HELD_LOOK_MS } from "../limits.ts";
import type { TransferRow } from "../types.ts";
import type { StepResult } from "../work_transfer.ts";
import { waitFor } from "./waits.ts";

/** From `submitting` and from `held`. */
export async function acceptFound(deps: TransferDeps, row: TransferRow, found: VenueTransfer): Promise<StepResult> {
  const differences = differencesFromRow(row, found);
  if (differences.length > 0) {
    if (row.state === "held") return waitFor(deps, row, { wait_ms: HELD_LOOK_MS });
    return holdTransfer(deps, row, "identity_mismatch", mismatchText(differences));
  }
  const other = await claimedBy(deps, row, found);
  if (other !== null) {
    if (row.state === "held") return waitFor(deps, row, { wait_ms: HELD_LOOK_MS });
    return holdTransfer(deps, row, "identity_mismatch", `What the venue shows is ${other}, not this transfer.`);
  }
  const now = deps.clock.now();
  const next = await deps.store.tx("transfer.found", (tx) =>
    changeState(tx, deps, row, "submitted", {
      now,
      actor: `venue:${row.plan.from.venue}`,
      note: null,
      patch: { ...identityOf(row, found), stage: found.stage, submitted_at: row.submitted_at ?? now, next_at: now },
    }),
  );
  return { row: next, again: true };
}

/** Transfers of before that may look like this one to a venue that keeps no reference. */
const LOOK_ALIKE_MS = 7 * 86_400_000;
const LOOK_ALIKES_MAX = 10;

/**
 * Where a venue keeps no reference, a transfer is found by what it pays, and so may be another one of ours that pays the same. The
 * other transfer that the venue's row belongs to; null: it is nobody else's.
 */
async function claimedBy(deps: TransferDeps, row: TransferRow, { venue_ref }: VenueTransfer): Promise<string | null> {
  const { venue } = row.plan.from;
  if (deps.venues.get(venue)?.capabilities().lookup_by_reference !== false) return null;
  const rows = await deps.store.read("transfer.claimed", (tx) =>
    tx.find(tables.transfer, {
      where: { venue_ref, created_at: { gte: row.created_at - LOOK_ALIKE_MS } },
      order_by: [["id", "asc"]],
      limit: LOOK_ALIKES_MAX,
    }),
  );
  return rows.find((one) => one.id !== row.id && one.plan.from.venue === venue)?.id ?? null;
}

/** What the venue calls it, without forgetting what was known. */
export function identityOf(row: TransferRow, found: VenueTransfer): Pick<TransferRow, "venue_ref" | "tx_hash"> {
  return { venue_ref: found.venue_ref, tx_hash: found.tx_hash ?? row.tx_hash };
}

export function mismatchText(differences: readonly string[]): string {
  return `What the venue reports contradicts the approved plan in: ${differences.join(", ")}. Nothing more is done by itself.`;
}
