/** Proposals of people that wait for votes beside transfers: how a held transfer ended, what a break was, loans, more time. */
import type {
  BreakResolution,
  CallExtension,
  Envelope,
  Facility,
  Money,
  Quorum,
  Resolution,
  Substitution,
  WalletProposal,
} from "../../api/types.ts";
import { formatAmount } from "../../format/amount.ts";
import { formatDateTime } from "../../format/time.ts";

export interface Proposal {
  readonly kind: "resolution" | "break" | "envelope" | "facility" | "extension" | "substitution" | "wallet";
  readonly id: string;
  /** `open` while it waits for votes. */
  readonly state:
    | Resolution["state"]
    | Envelope["state"]
    | CallExtension["state"]
    | Facility["state"]
    | Substitution["state"];
  readonly title: string;
  readonly about: { readonly name: string; readonly href: string };
  /** Null where it is about time and not about money. */
  readonly amount: Money | null;
  readonly proposed_by: string;
  readonly payload_text: string;
  readonly digest: string;
  readonly vote_message: Resolution["vote_message"];
  readonly quorum: Quorum;
  readonly expires_at: string;
}

const KINDS: readonly (readonly [string, Proposal["kind"]])[] = [
  ["brs_", "break"],
  ["env_", "envelope"],
  ["ext_", "extension"],
  ["fac_", "facility"],
  ["res_", "resolution"],
  ["sub_", "substitution"],
  ["wpr_", "wallet"],
];

/** Ids of proposals begin with their kind; every other id is a transfer's. */
export function proposalKind(id: string): Proposal["kind"] | null {
  return KINDS.find(([prefix]) => id.startsWith(prefix))?.[1] ?? null;
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

type Signed = Pick<
  Resolution,
  "object_id" | "proposed_by" | "payload_text" | "digest" | "vote_message" | "quorum" | "expires_at"
>;

/** What every proposal carries for those who sign it. */
function signedPart({ object_id: id, proposed_by, payload_text, digest, vote_message, quorum, expires_at }: Signed) {
  return { id, proposed_by, payload_text, digest, vote_message, quorum, expires_at };
}

export function fromResolution(resolution: Resolution): Proposal {
  const { transfer, outcome, state } = resolution;
  return {
    ...{ ...signedPart(resolution), kind: "resolution", state },
    title: `Held transfer: ${OUTCOMES[outcome]}`,
    about: { name: `${transfer.from.label} to ${transfer.to.label}`, href: `/transfers/${transfer.id}` },
    amount: transfer.amount,
  };
}

export function fromEnvelope(envelope: Envelope): Proposal {
  return {
    ...{ ...signedPart(envelope), kind: "envelope", state: envelope.state },
    title: `Refills in advance: at most ${envelope.count_max}, of ${envelope.pool_id}`,
    about: { name: envelope.reason, href: "/envelopes" },
    amount: envelope.amount_total,
  };
}

export function fromBreak(resolution: BreakResolution): Proposal {
  const { remedy, state } = resolution;
  return {
    ...{ ...signedPart(resolution), kind: "break", state },
    title: `Break: it was ${REMEDIES[remedy]}`,
    about: { name: resolution.label, href: `/breaks/${resolution.break_id}` },
    amount: resolution.difference,
  };
}

export function fromFacility(facility: Facility): Proposal {
  const { state, object_id, reference, customer_id, principal, collateral } = facility;
  return {
    ...{ ...signedPart(facility), kind: "facility", state: state === "proposed" ? "open" : state },
    title: `New loan against ${collateral.map(({ asset }) => asset).join(" and ")}, until ${facility.matures_on}`,
    about: { name: `${reference} of ${customer_id}`, href: `/credit/${object_id}` },
    amount: principal,
  };
}

export function fromExtension(extension: CallExtension): Proposal {
  const { state, deadline_at, facility_id, facility_reference } = extension;
  return {
    ...{ ...signedPart(extension), kind: "extension", state },
    title: `More time for a margin call: until ${formatDateTime(deadline_at)} UTC`,
    about: { name: facility_reference, href: `/credit/${facility_id}` },
    amount: null,
  };
}

export function fromSubstitution(substitution: Substitution): Proposal {
  const { state, facility_id, facility_reference, brings, releases } = substitution;
  return {
    ...{ ...signedPart(substitution), kind: "substitution", state },
    title: `Exchange of collateral: ${releases.asset} goes home once ${formatAmount(brings.amount)} ${brings.asset} have come`,
    about: { name: facility_reference, href: `/credit/${facility_id}` },
    amount: releases,
  };
}

const MATTERS: Readonly<Record<WalletProposal["what"], string>> = {
  balance: "Wallet: what it holds, entered by hand",
  activate: "Wallet: it is active",
  archive: "Wallet: it is archived",
};

export function fromWalletChange(proposal: WalletProposal): Proposal {
  const { what, state, label, amount } = proposal;
  return {
    ...{ ...signedPart(proposal), kind: "wallet", state, amount },
    title: MATTERS[what],
    about: { name: label, href: "/wallets" },
  };
}
