/** A proposal to end a held transfer, as people will sign it. */
import { type QuorumView, type VotePayload, voteText } from "../../authority/index.ts";
import { canonicalJson } from "../../digest/index.ts";
import type { ResolutionRow, TransferRow } from "../../transfers/types.ts";
import type { Resolution } from "../schemas/index.ts";
import { digestGroups } from "./approvals.ts";
import { type Printer, printTime } from "./printer.ts";
import { viewQuorum, viewTransfer } from "./transfers.ts";

export function viewResolution(
  row: ResolutionRow,
  transfer: TransferRow,
  quorum: QuorumView,
  printer: Printer,
): Resolution {
  const { id, digest, state, terms } = row;
  const vote = (said: VotePayload["vote"]): string =>
    voteText({ object_kind: "resolution", object_id: id, digest, vote: said });
  return {
    transfer: viewTransfer(transfer, printer),
    object_kind: "resolution",
    object_id: id,
    state,
    outcome: terms.outcome,
    evidence: terms.evidence,
    proposed_by: terms.proposed_by,
    payload_text: canonicalJson(terms),
    digest,
    digest_groups: digestGroups(digest),
    vote_message: { approve: vote("approve"), deny: vote("deny") },
    quorum: viewQuorum(quorum),
    expires_at: printTime(row.expires_at),
  };
}
