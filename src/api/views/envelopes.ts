/** Envelopes as people read and sign them, with what is left of them. */
import {
  type EnvelopeRow,
  type EnvelopeTaken,
  type QuorumView,
  remainingOf,
  standingProblem,
  type VotePayload,
  voteText,
} from "../../authority/index.ts";
import { canonicalJson } from "../../digest/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { EnvelopeUse } from "../../transfers/index.ts";
import type { Envelope } from "../schemas/index.ts";
import { digestGroups } from "./approvals.ts";
import { type Printer, printTime, printTimeOrNull } from "./printer.ts";
import { viewQuorum } from "./transfers.ts";

export interface EnvelopeFacts {
  readonly quorum: QuorumView;
  readonly taken: EnvelopeTaken;
  readonly uses: readonly EnvelopeUse[];
  readonly now: Instant;
}

/** What its votes and its time say: an envelope whose time has passed is shown as expired. */
export function viewEnvelope(
  row: EnvelopeRow,
  { quorum, taken, uses, now }: EnvelopeFacts,
  printer: Printer,
): Envelope {
  const { id, pool_id, digest, terms } = row;
  const { asset, count_max, reason, proposed_by } = terms;
  const left = remainingOf(row, taken);
  const usable = standingProblem(row, quorum, now) === null && left.amount > 0n && left.count > 0;
  const vote = (said: VotePayload["vote"]): string =>
    voteText({ object_kind: "envelope", object_id: id, digest, vote: said });
  return {
    ...{ object_kind: "envelope", object_id: id, pool_id, state: stateOf(row, now), usable, reason, proposed_by },
    from_wallets: terms.from.map(({ wallet }) => wallet),
    to: terms.to.map(({ wallet, network, address, memo }) => ({ wallet, network, address, memo })),
    amount_max: printer.money(asset, BigInt(terms.amount_max)),
    amount_total: printer.money(asset, BigInt(terms.amount_total)),
    amount_remaining: printer.money(asset, left.amount),
    ...{ count_max, count_remaining: left.count },
    uses: uses.map(({ transfer_id, amount, at, state }) => ({
      ...{ transfer_id, state, amount: printer.money(asset, amount), at: printTime(at) },
    })),
    valid_from: printTime(terms.valid_from),
    valid_until: printTime(terms.valid_until),
    payload_text: canonicalJson(terms),
    digest,
    digest_groups: digestGroups(digest),
    vote_message: { approve: vote("approve"), deny: vote("deny") },
    quorum: viewQuorum(quorum),
    created_at: printTime(row.created_at),
    expires_at: printTime(terms.expires_at),
    ended_at: printTimeOrNull(row.ended_at),
  };
}

function stateOf({ state, terms }: EnvelopeRow, now: Instant): Envelope["state"] {
  const over = state === "open" ? terms.expires_at : state === "active" ? terms.valid_until : null;
  return over !== null && now >= over ? "expired" : state;
}
