/** Envelopes as people read and sign them, with what is left of them. */
import {
  type EnvelopeRow,
  type EnvelopeTaken,
  type QuorumView,
  remainingOf,
  standingProblem,
} from "../../authority/index.ts";
import type { Instant } from "../../ports/index.ts";
import type { EnvelopeUse } from "../../transfers/index.ts";
import type { Envelope } from "../schemas/index.ts";
import { type Printer, printTime } from "./printer.ts";
import { viewProposal } from "./signed_object.ts";

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
  const { pool_id, terms } = row;
  const { asset, count_max, reason } = terms;
  const left = remainingOf(row, taken);
  const usable = standingProblem(row, quorum, now) === null && left.amount > 0n && left.count > 0;
  return {
    ...viewProposal("envelope", row, quorum),
    ...{ pool_id, state: stateOf(row, now), usable, reason },
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
  };
}

function stateOf({ state, terms }: EnvelopeRow, now: Instant): Envelope["state"] {
  const over = state === "open" ? terms.expires_at : state === "active" ? terms.valid_until : null;
  return over !== null && now >= over ? "expired" : state;
}
