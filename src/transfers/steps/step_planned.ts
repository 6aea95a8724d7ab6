/** planned: ask the venue what its owners have to sign, where it has owners of its own; then to the people, or straight on. */
import { VenueError } from "../../venues/index.ts";
import type { Venue } from "../../venues/port.ts";
import { changeState } from "../change/change_state.ts";
import { messageOf, type TransferDeps, venueOf } from "../context.ts";
import type { SigningRequest, TransferRow } from "../types.ts";
import type { StepResult } from "../work_transfer.ts";
import { expire, isExpired } from "./expire.ts";
import { makeRoom } from "./make_room.ts";
import { waitFor } from "./waits.ts";

export async function stepPlanned(deps: TransferDeps, row: TransferRow): Promise<StepResult> {
  if (isExpired(deps, row)) return expire(deps, row);
  let signing: SigningRequest | null;
  try {
    signing = await requestSigning(deps, row);
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    if (await makeRoom(deps, row, error)) return { row, again: true };
    const note = { code: "signing_unavailable", text: `The signing request could not be made: ${messageOf(error)}` };
    return waitFor(deps, row, { note });
  }
  const now = deps.clock.now();
  const asks_people = row.plan.quorum_needed > 0 || signing !== null;
  const next = await deps.store.tx("transfer.ready", (tx) =>
    changeState(tx, deps, row, asks_people ? "awaiting_approval" : "approved", {
      now,
      actor: "daemon",
      patch: { signing, next_at: now },
    }),
  );
  return { row: next, again: true };
}

/** Nobody has to be asked, neither people nor the venue's owners: it is approved with the claim. */
export function asksNobody(deps: TransferDeps, row: TransferRow): boolean {
  if (row.state !== "planned" || row.plan.quorum_needed > 0 || isExpired(deps, row)) return false;
  const venue = deps.venues.get(row.plan.from.venue);
  return venue !== undefined && !ownersSign(venue);
}

export function ownersSign(venue: Venue): boolean {
  return venue.capabilities().signing !== "digest" && venue.requestSigning !== undefined;
}

/** The owners said yes in advance, on their chain: inside an envelope they are not asked again. */
function isAllowed(venue: Venue, { plan }: TransferRow): boolean {
  return plan.envelope !== undefined && venue.readAllowance !== undefined;
}

async function requestSigning(deps: TransferDeps, row: TransferRow): Promise<SigningRequest | null> {
  const venue = venueOf(deps, row.plan.from.venue);
  if (isAllowed(venue, row)) return null;
  return ownersSign(venue) && venue.requestSigning !== undefined ? venue.requestSigning(row.plan) : null;
}
