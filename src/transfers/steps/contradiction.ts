/** Whether the venue's word stands against what people propose. */
import type { FindOutcome } from "../../venues/port.ts";
import { signedEndOf } from "../change/end_unsent.ts";
import type { TransferDeps } from "../context.ts";
import type { ResolutionOutcome, TransferRow } from "../types.ts";

/**
 * The sentence of why not; null when nothing stands against it. Only "nothing moved" frees money, so only it is contradicted:
 * by owners' signatures that are out, by a transfer that the venue finds, by a look-up that fails, and by an absence that is too
 * young to mean anything.
 */
export function contradictionOf(
  deps: Pick<TransferDeps, "venues">,
  row: TransferRow,
  outcome: ResolutionOutcome,
  found: FindOutcome,
): string | null {
  if (outcome !== "failed") return null;
  if (signedEndOf(row) !== null) {
    return "Its owners signed it: nothing can be freed before their signatures are worth nothing, and then it ends by itself.";
  }
  const capabilities = deps.venues.get(row.plan.from.venue)?.capabilities();
  switch (found.outcome) {
    case "found": {
      const { final, status } = found.transfer;
      const proven = final && (status === "failed" || status === "unproven");
      return proven ? null : "The venue finds it: it cannot be said that nothing moved.";
    }
    case "unreadable":
      if (capabilities?.lookup_by_reference === false) return null;
      return `The venue cannot be asked about it now, and that is no proof: ${found.message}`;
    case "absent": {
      const since = row.submitted_at ?? row.prepared?.prepared_at ?? row.created_at;
      const read_at = Math.min(found.as_of, found.head_at ?? found.as_of);
      if (capabilities !== undefined && read_at - since >= capabilities.consistency_window_ms) return null;
      return "The venue does not show it, but its view may still be too old to tell.";
    }
  }
}
