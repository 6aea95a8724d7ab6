/**
 * A payment finds too few free coins because its wallet is about to pay itself: putting coins together is for calm hours, so that payment
 * is cancelled, whoever asked for it, and the coins are the payment's. What was sent already is left alone: it gives its coins back.
 */
import type { VenueError } from "../../venues/index.ts";
import { endUnsent } from "../change/end_unsent.ts";
import { type TransferDeps, venueOf } from "../context.ts";
import { findOpenFrom, getTransfer } from "../read_transfers.ts";
import { UNSENT } from "../states.ts";
import { tellOpen } from "../tell_open.ts";
import type { TransferRow } from "../types.ts";

/** True when something was cancelled: what was refused for `error` is worth another try at once. @throws TransferError transfer_conflict */
export async function makeRoom(deps: TransferDeps, row: TransferRow, { code }: VenueError): Promise<boolean> {
  const { self, from } = row.plan;
  if (code !== "venue_insufficient" || self !== undefined || venueOf(deps, from.venue).remember === undefined)
    return false;
  const open = await deps.store.read("transfers.open_from", (tx) => findOpenFrom(tx, [row.from_wallet]));
  let ended = false;
  for (const { id } of open.filter(putsTogether)) ended = (await endOne(deps, id, row)) || ended;
  // Also where nothing was ended just now: what ended since the venue was last told keeps no coins any more.
  await tellOpen(deps, from.venue);
  return ended;
}

function putsTogether({ state, plan }: TransferRow): boolean {
  return UNSENT.has(state) && plan.self?.purpose === "consolidate";
}

async function endOne(deps: TransferDeps, id: string, payment: TransferRow): Promise<boolean> {
  return deps.store.tx("transfer.make_room", async (tx) => {
    const row = await getTransfer(tx, id);
    if (!putsTogether(row)) return false;
    const text = `${payment.id} needs the coins that it would have put together; ask for it again in a calm hour.`;
    const note = { code: "coins_needed", text };
    await endUnsent(tx, deps, row, "cancelled", { now: deps.clock.now(), actor: "daemon", note });
    return true;
  });
}
