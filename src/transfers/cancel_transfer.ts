/** A person takes back what was not sent yet. */
import type { TransferDeps } from "./context.ts";
import { endUnsent } from "./end_unsent.ts";
import { TransferError } from "./errors.ts";
import { getTransfer } from "./read_transfers.ts";
import { UNSENT } from "./states.ts";
import type { TransferRow } from "./types.ts";

/**
 * Cancels an unsent transfer and frees its funds. A cancelled one is returned as it is.
 * @throws TransferError transfer_not_found, transfer_not_cancellable
 */
export async function cancelTransfer(
  deps: TransferDeps,
  id: string,
  actor: string,
  reason: string,
): Promise<TransferRow> {
  return deps.store.tx("transfer.cancel", async (tx) => {
    const row = await getTransfer(tx, id);
    if (row.state === "cancelled") return row;
    if (!UNSENT.has(row.state)) {
      throw new TransferError(
        "transfer_not_cancellable",
        `The transfer ${id} is ${row.state}: only what was not sent yet can be cancelled.`,
        { transfer: id, state: row.state },
      );
    }
    const note = { code: "cancelled", text: reason };
    return endUnsent(tx, deps, row, "cancelled", { now: deps.clock.now(), actor, note });
  });
}
