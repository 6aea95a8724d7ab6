/**
 * A person's vote on what a break was. The vote that completes the quorum closes the break in its own transaction: the terms are
 * compared with the break once more, the correcting entry is posted, and the asset thaws if nothing else stops it.
 */
import {
  breakSubject,
  castVote,
  type QuorumView,
  type SignedVote,
  tally,
  verifyVote,
  votesOn,
} from "../../authority/index.ts";
import {
  breakKey,
  closeBreak,
  correctingLines,
  isFrozenByBreaks,
  LedgerError,
  post,
  refreshFreeze,
} from "../../ledger/index.ts";
import type { BreakResolutionRow, BreakRow } from "../../ledger/types.ts";
import type { Instant } from "../../ports/index.ts";
import { type Tx, tables } from "../../store/index.ts";
import { recordingRefusal } from "../../transfers/index.ts";
import type { DaemonDeps } from "../types.ts";
import { isOvertaken, remedyProblem } from "./propose_break_resolution.ts";
import { endProposal, getBreak, getBreakResolution } from "./read_breaks.ts";
import { toleranceOf } from "./reconcile.ts";

export interface BreakVoted {
  readonly resolution: BreakResolutionRow;
  readonly brk: BreakRow;
  readonly quorum: QuorumView;
}

/** @throws AuthorityError; LedgerError break_resolution_not_found, break_resolution_overtaken */
export async function voteOnBreak(deps: DaemonDeps, vote: SignedVote): Promise<BreakVoted> {
  const { object_id } = vote.payload;
  await deps.store.read("break.read", (tx) => getBreakResolution(tx, object_id));
  return recordingRefusal(deps, vote, async () => {
    const policy = deps.config.authority;
    const verified = await verifyVote(deps.verifier, policy, vote, null);
    await endOvertaken(deps, object_id);
    return deps.store.tx("break.vote", async (tx) => {
      const proposal = await getBreakResolution(tx, object_id);
      const row = await getBreak(tx, proposal.break_id);
      const now = deps.clock.now();
      const subject = breakSubject(policy, proposal);
      const open = proposal.state === "open" && !isOvertaken(proposal, row);
      const { quorum } = await castVote(tx, deps.ids, { policy, vote: verified, subject, open, now });
      const actor = `person:${vote.person_id}`;
      if (quorum.state === "denied") await endProposal(tx, deps, proposal, { state: "denied", actor, now });
      if (quorum.state === "complete") await apply(tx, deps, proposal, row, now);
      return { resolution: await getBreakResolution(tx, proposal.id), brk: await getBreak(tx, row.id), quorum };
    });
  });
}

/** The count as it stands now. */
export async function breakQuorum(
  deps: Pick<DaemonDeps, "store" | "config" | "clock">,
  proposal: BreakResolutionRow,
): Promise<QuorumView> {
  const policy = deps.config.authority;
  const votes = await deps.store.read("break.count", (tx) => votesOn(tx, proposal.id));
  return tally(policy, votes, breakSubject(policy, proposal), deps.clock.now());
}

/** In a transaction of its own, so that the end is kept when the vote is refused. */
async function endOvertaken(deps: DaemonDeps, id: string): Promise<void> {
  const overtaken = await deps.store.tx("break.overtaken", async (tx) => {
    const proposal = await getBreakResolution(tx, id);
    if (proposal.state !== "open" || !isOvertaken(proposal, await getBreak(tx, proposal.break_id))) return false;
    await endProposal(tx, deps, proposal, { state: "overtaken", actor: "daemon", now: deps.clock.now() });
    return true;
  });
  if (!overtaken) return;
  throw new LedgerError("break_resolution_overtaken", `The break is not what ${id} was proposed on any more.`, {
    resolution: id,
  });
}

async function apply(
  tx: Tx,
  deps: DaemonDeps,
  proposal: BreakResolutionRow,
  row: BreakRow,
  at: Instant,
): Promise<void> {
  const { terms } = proposal;
  const problem = await remedyProblem(tx, row, terms.remedy, terms.transfer_id);
  if (problem !== null) throw new LedgerError("break_resolution_invalid", problem, { break: row.id });
  const frozen_before = await isFrozenByBreaks(tx, row.asset);
  const posting_id = await correct(tx, deps, proposal, row, at);
  const { wallet_id, movement_id } = row;
  if (movement_id !== null) {
    await tx.update(
      tables.movement,
      { wallet_id, movement_id },
      { unexplained: false, transfer_id: terms.transfer_id },
    );
  }
  await endProposal(tx, deps, proposal, { state: "applied", actor: terms.proposed_by, now: at, posting_id });
  await closeBreak(tx, deps.ids, row, { by: "resolved", actor: terms.proposed_by, at, resolution_id: proposal.id });
  await refreshFreeze(tx, row.asset, toleranceOf(deps, row.asset), frozen_before);
}

/** Posts the correcting entry, once per break; null where the movement goes to a transfer, whose own postings cover it. */
async function correct(
  tx: Tx,
  deps: DaemonDeps,
  { id, terms }: BreakResolutionRow,
  row: BreakRow,
  at: Instant,
): Promise<string | null> {
  if (terms.remedy === "transfer") return null;
  const { posting } = await post(tx, deps.ids, {
    key: breakKey(row.id),
    kind: "break_resolved",
    ref: row.id,
    memo: `${terms.remedy}, decided as ${id}`,
    at,
    basis: "fact",
    lines: correctingLines(row, terms.remedy),
  });
  return posting.id;
}
