/** A person's vote on how a held transfer ended; the worker applies it, so that the venue is asked once more before. */
import {
  castVote,
  type QuorumView,
  resolutionSubject,
  type SignedVote,
  tally,
  verifyVote,
  votesOn,
} from "../../authority/index.ts";
import { changeFields } from "../change/change_state.ts";
import type { TransferDeps } from "../context.ts";
import { getTransfer } from "../read_transfers.ts";
import type { ResolutionRow, TransferRow } from "../types.ts";
import { endResolution, getResolution } from "./read_resolutions.ts";
import { recordingRefusal } from "./vote_on_transfer.ts";

export interface ResolutionVoted {
  readonly resolution: ResolutionRow;
  readonly transfer: TransferRow;
  readonly quorum: QuorumView;
}

/** @throws AuthorityError; TransferError resolution_not_found */
export async function voteOnResolution(deps: TransferDeps, vote: SignedVote): Promise<ResolutionVoted> {
  const seen = await deps.store.read("resolution.read", (tx) => getResolution(tx, vote.payload.object_id));
  return recordingRefusal(deps, vote, async () => {
    const policy = deps.config.authority;
    const verified = await verifyVote(deps.verifier, policy, vote, null);
    return deps.store.tx("resolution.vote", async (tx) => {
      const proposal = await getResolution(tx, seen.id);
      const row = await getTransfer(tx, proposal.transfer_id);
      const now = deps.clock.now();
      const subject = resolutionSubject(policy, proposal, row);
      const open = proposal.state === "open" && row.state === "held";
      const { quorum } = await castVote(tx, deps.ids, { policy, vote: verified, subject, open, now });
      const actor = `person:${vote.person_id}`;
      if (quorum.state === "denied") await endResolution(tx, deps, proposal, row, { state: "denied", actor, now });
      const transfer = await changeFields(tx, deps, row, { now, actor, patch: { next_at: now } });
      return { resolution: await getResolution(tx, proposal.id), transfer, quorum };
    });
  });
}

/** The count as it stands now. */
export async function resolutionQuorum(deps: TransferDeps, proposal: ResolutionRow): Promise<QuorumView> {
  const policy = deps.config.authority;
  return deps.store.read("resolution.count", async (tx) => {
    const subject = resolutionSubject(policy, proposal, await getTransfer(tx, proposal.transfer_id));
    return tally(policy, await votesOn(tx, proposal.id), subject, deps.clock.now());
  });
}
