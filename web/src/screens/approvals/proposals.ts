/** Proposals of people that wait for votes beside transfers: how a held transfer ended, what a break was. */
import type { BreakResolution, Envelope, Money, Quorum, Resolution } from "../../api/types.ts";

export interface Proposal {
  readonly kind: "resolution" | "break" | "envelope";
  readonly id: string;
  readonly state: Resolution["state"] | Envelope["state"];
  readonly title: string;
  readonly about: { readonly name: string; readonly href: string };
  readonly amount: Money;
  readonly proposed_by: string;
  readonly payload_text: string;
  readonly digest: string;
  readonly vote_message: Resolution["vote_message"];
  readonly quorum: Quorum;
  readonly expires_at: string;
}

/** Ids of proposals on breaks, envelopes and held transfers begin so; every other id is a transfer's. */
export function proposalKind(id: string): Proposal["kind"] | null {
  if (id.startsWith("brs_")) return "break";
  if (id.startsWith("env_")) return "envelope";
  return id.startsWith("res_") ? "resolution" : null;
}

const OUTCOMES: Readonly<Record<Resolution["outcome"], string>> = {
  submitted: "it was sent, follow it again",
  settled: "it arrived",
  failed: "nothing moved",
};
export const REMEDIES: Readonly<Record<BreakResolution["remedy"], string>> = {
  fee: "a fee",
  suspense: "put into suspense",
  customer: "a customer's",
  written_off: "written off",
  transfer: "a transfer of ours",
};

export function fromResolution(resolution: Resolution): Proposal {
  const { transfer, outcome, object_id, state, proposed_by, payload_text, digest, vote_message, quorum, expires_at } =
    resolution;
  return {
    ...{
      kind: "resolution",
      id: object_id,
      state,
      proposed_by,
      payload_text,
      digest,
      vote_message,
      quorum,
      expires_at,
    },
    title: `Held transfer: ${OUTCOMES[outcome]}`,
    about: { name: `${transfer.from.label} to ${transfer.to.label}`, href: `/transfers/${transfer.id}` },
    amount: transfer.amount,
  };
}

export function fromEnvelope(envelope: Envelope): Proposal {
  const { object_id, state, proposed_by, payload_text, digest, vote_message, quorum, expires_at } = envelope;
  return {
    ...{ kind: "envelope", id: object_id, state, proposed_by, payload_text, digest, vote_message, quorum, expires_at },
    title: `Refills in advance: at most ${envelope.count_max}, of ${envelope.pool_id}`,
    about: { name: envelope.reason, href: "/envelopes" },
    amount: envelope.amount_total,
  };
}

export function fromBreak(resolution: BreakResolution): Proposal {
  const { remedy, object_id, state, proposed_by, payload_text, digest, vote_message, quorum, expires_at } = resolution;
  return {
    ...{ kind: "break", id: object_id, state, proposed_by, payload_text, digest, vote_message, quorum, expires_at },
    title: `Break: it was ${REMEDIES[remedy]}`,
    about: { name: resolution.label, href: `/breaks/${resolution.break_id}` },
    amount: resolution.difference,
  };
}
