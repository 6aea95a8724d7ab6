/** A person takes back a transfer: what was not sent ends here, what the venue has taken the venue is asked to withdraw. */

import { endUnsent } from "../change/end_unsent.ts";
import type { TransferDeps } from "../context.ts";
import { getTransfer } from "../read_transfers.ts";
import { UNSENT } from "../states.ts";
import type { TransferRow } from "../types.ts";
import { cancelAtVenue } from "./cancel_at_venue.ts";

/**
 * Cancels an unsent transfer and frees its funds; a cancelled one is returned as it is. Of a submitted one the venue is asked
 * to withdraw it, and it is returned still in flight.
 * @throws TransferError transfer_not_found, transfer_not_cancellable, transfer_cancel_unsupported, transfer_conflict
 */
export async function cancelTransfer(
  deps: TransferDeps,
  id: string,
  actor: string,
  reason: string,
): Promise<TransferRow> {
  const ended = await deps.store.tx("transfer.cancel", async (tx) => {
    const row = await getTransfer(tx, id);
    if (row.state === "cancelled") return row;
    if (!UNSENT.has(row.state)) return null;
    const note = { code: "cancelled", text: reason };
    return endUnsent(tx, deps, row, "cancelled", { now: deps.clock.now(), actor, note });
  });
  return ended ?? cancelAtVenue(deps, id, actor, reason);
}
