/** Objects people vote on, as the quorum sees them. */
import type { BreakResolutionRow } from "../ledger/types.ts";
import type { ExtensionRow, FacilityRow, SubstitutionRow } from "../lending/types.ts";
import type { Instant } from "../ports/index.ts";
import type { ResolutionRow, SelfPayment, TransferPlan, TransferRow } from "../transfers/types.ts";
import type { WalletProposalRow } from "../wallets/types.ts";
import { atLeast, quorumFor, type Requirement, type VoteSubject } from "./quorum.ts";
import type { AuthorityPolicy, EnvelopeRow, ObjectKind } from "./types.ts";

/** Whatever the policy asks for a transfer, correcting the books by hand takes at least two people besides the proposer. */
export const RESOLUTION_APPROVALS_MIN = 2;

/** Kinds of wallets that pay only with people. */
const GUARDED: ReadonlySet<string> = new Set(["custody", "collateral"]);

/** What a plan needs. Custody pays only with people, also where the money stays on its side of the pool. */
export function requirementOf(
  policy: AuthorityPolicy,
  {
    asset,
    direction,
    amount,
    from,
    self,
  }: Pick<TransferPlan, "asset" | "direction" | "amount"> & {
    readonly from: Pick<TransferPlan["from"], "role">;
    readonly self?: Pick<SelfPayment, "touches_max">;
  },
): Requirement {
  if (self !== undefined) {
    // It all comes back, and whoever signs has it in hand on the way: as many are asked as for a payment of so much.
    const as = GUARDED.has(from.role) ? "reserve_to_liquidity" : direction;
    return quorumFor(policy, { asset, direction: as, amount: BigInt(self.touches_max) });
  }
  const requirement = quorumFor(policy, { asset, direction, amount: BigInt(amount) });
  const needs_nobody = requirement.kind === "quorum" && requirement.needed < 1;
  return needs_nobody && GUARDED.has(from.role) ? { kind: "denied" } : requirement;
}

/**
 * A transfer under the policy of now, and never under less than what it was planned with. What decides is the plan, which the
 * digest covers, and not the columns beside it.
 */
export function transferSubject(policy: AuthorityPolicy, transfer: TransferRow): VoteSubject {
  const { plan } = transfer;
  return {
    object_kind: "transfer",
    object_id: transfer.id,
    digest: transfer.digest,
    initiator: plan.initiator,
    // Nobody says what is due and allows its payment.
    excluded: plan.obligation === undefined ? [] : [plan.obligation.asked_by],
    created_at: transfer.created_at,
    expires_at: plan.expires_at,
    requirement: atLeast(requirementOf(policy, plan), plan.quorum_needed),
    scheme: transfer.signing?.scheme ?? "ed25519",
  };
}

/** A proposal of a person that others decide on: its terms name who proposed it and until when it may be approved. */
interface Proposal {
  readonly id: string;
  readonly digest: string;
  readonly terms: { readonly proposed_by: string; readonly created_at: Instant; readonly expires_at: Instant };
}

/** Never fewer than two others, whatever the policy asks, and always by Tidegate's own digest. */
function proposalSubject(
  object_kind: Exclude<ObjectKind, "transfer" | "resume">,
  { id, digest, terms }: Proposal,
  requirement: Requirement,
  excluded: readonly string[] = [],
): VoteSubject {
  const { proposed_by, created_at, expires_at } = terms;
  return {
    ...{ object_kind, object_id: id, digest, initiator: proposed_by, excluded, created_at, expires_at },
    requirement: atLeast(requirement, RESOLUTION_APPROVALS_MIN),
    scheme: "ed25519",
  };
}

/**
 * A proposal to end a held transfer: the transfer's own quorum under the policy of now. Neither who proposed it nor who started
 * the transfer counts.
 */
export function resolutionSubject(
  policy: AuthorityPolicy,
  proposal: ResolutionRow,
  transfer: TransferRow,
): VoteSubject {
  const { requirement: own, initiator, excluded = [] } = transferSubject(policy, transfer);
  return proposalSubject("resolution", proposal, own, [initiator, ...excluded]);
}

/** A proposal to close a break: the quorum that the same amount would need to leave custody, whichever way it went. */
export function breakSubject(policy: AuthorityPolicy, proposal: BreakResolutionRow): VoteSubject {
  const { asset, difference } = proposal.terms;
  const signed = BigInt(difference);
  const amount = signed < 0n ? -signed : signed;
  return proposalSubject("break", proposal, quorumFor(policy, { asset, direction: "reserve_to_liquidity", amount }));
}

/**
 * Approval in advance: the quorum that one custody payment of the whole amount would need under the policy of now. The votes count
 * for as long as the envelope lasts.
 */
export function envelopeSubject(policy: AuthorityPolicy, { id, digest, terms }: EnvelopeRow): VoteSubject {
  const { asset, amount_total, valid_until } = terms;
  const whole = { asset, direction: "reserve_to_liquidity", amount: BigInt(amount_total) } as const;
  const proposal = { id, digest, terms: { ...terms, expires_at: valid_until } };
  return proposalSubject("envelope", proposal, quorumFor(policy, whole));
}

/**
 * Opening a facility: the quorum that its principal would need to leave custody, where a tier speaks of its currency; two others at
 * least in any case.
 */
export function facilitySubject(
  policy: AuthorityPolicy,
  proposal: Pick<FacilityRow, "id" | "digest" | "terms">,
): VoteSubject {
  const { currency, principal } = proposal.terms;
  return proposalSubject("facility", proposal, lendingRequirement(policy, currency, BigInt(principal)));
}

/** More time for a margin call: what is owed stays owed, so the quorum is that of opening the facility. */
export function extensionSubject(
  policy: AuthorityPolicy,
  proposal: ExtensionRow,
  facility: Pick<FacilityRow, "terms">,
): VoteSubject {
  const { currency, principal } = facility.terms;
  return proposalSubject("extension", proposal, lendingRequirement(policy, currency, BigInt(principal)));
}

/**
 * Exchanging collateral: the votes let its release out of custody as well, so it is the quorum of that release where it is higher than
 * that of the loan; where no tier lets the asset out of custody, nobody can approve it.
 */
export function substitutionSubject(
  policy: AuthorityPolicy,
  proposal: Pick<SubstitutionRow, "id" | "digest" | "terms">,
  facility: Pick<FacilityRow, "terms">,
): VoteSubject {
  const { asset, units } = proposal.terms.releases;
  const release = quorumFor(policy, { asset, direction: "reserve_to_liquidity", amount: BigInt(units) });
  const { currency, principal } = facility.terms;
  const loan = lendingRequirement(policy, currency, BigInt(principal));
  return proposalSubject("substitution", proposal, stricterOf(release, loan));
}

/** Both have to be met: the roles and counts of every tier of the two. */
function stricterOf(a: Requirement, b: Requirement): Requirement {
  if (a.kind === "denied" || b.kind === "denied") return { kind: "denied" };
  return { kind: "quorum", needed: Math.max(a.needed, b.needed), tiers: [...a.tiers, ...b.tiers] };
}

/** A balance is entered by two people: one says it, another confirms it. A standing that lets money move again takes two others. */
export function walletSubject({ id, digest, terms }: WalletProposalRow): VoteSubject {
  const { proposed_by, created_at, expires_at, what } = terms;
  const needed = what === "balance" ? 1 : RESOLUTION_APPROVALS_MIN;
  return {
    ...{ object_kind: "wallet", object_id: id, digest, initiator: proposed_by, created_at, expires_at },
    requirement: { kind: "quorum", needed, tiers: [{ approvals_needed: needed, roles: ["approver", "admin"] }] },
    scheme: "ed25519",
  };
}

function lendingRequirement(policy: AuthorityPolicy, asset: string, amount: bigint): Requirement {
  const requirement = quorumFor(policy, { asset, direction: "reserve_to_liquidity", amount });
  // A currency that nobody keeps in custody has no tier: the loan is decided by two people, and pays out nothing of ours.
  return requirement.kind === "denied" ? { kind: "quorum", needed: 0, tiers: [] } : requirement;
}
