/** Proposals about wallets as people read and sign them. */
import { type QuorumView, type VotePayload, voteText } from "../../authority/index.ts";
import { canonicalJson } from "../../digest/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { WalletProposalRow, WalletStandingRow } from "../../wallets/types.ts";
import type { WalletProposal, WalletStanding } from "../schemas/index.ts";
import { digestGroups } from "./approvals.ts";
import { type Printer, printTime, printTimeOrNull } from "./printer.ts";
import { viewQuorum } from "./transfers.ts";

/** One whose time has passed is shown as expired. */
export function viewWalletProposal(
  row: WalletProposalRow,
  quorum: QuorumView,
  printer: Printer,
  now: Instant,
): WalletProposal {
  const { id, wallet_id, what, digest, terms } = row;
  const { amount, as_of, asset, evidence, references, proposed_by, expires_at } = terms;
  const vote = (said: VotePayload["vote"]): string =>
    voteText({ object_kind: "wallet", object_id: id, digest, vote: said });
  return {
    ...{ object_kind: "wallet", object_id: id, wallet_id, label: printer.label(wallet_id), what },
    state: row.state === "open" && now >= expires_at ? "expired" : row.state,
    amount: amount === null ? null : printer.money(asset, BigInt(amount)),
    as_of: printTimeOrNull(as_of),
    ...{ evidence, references: [...references], proposed_by },
    payload_text: canonicalJson(terms),
    digest,
    digest_groups: digestGroups(digest),
    vote_message: { approve: vote("approve"), deny: vote("deny") },
    quorum: viewQuorum(quorum),
    created_at: printTime(row.created_at),
    expires_at: printTime(expires_at),
    ended_at: printTimeOrNull(row.ended_at),
  };
}

export function viewStanding({ wallet_id, state, reason, by, at }: WalletStandingRow): WalletStanding {
  return { wallet_id, state, reason, by, at: printTime(at) };
}
