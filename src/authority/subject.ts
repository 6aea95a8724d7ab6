/** Objects people vote on, as the quorum sees them. */
import type { ResolutionRow, TransferPlan, TransferRow } from "../transfers/types.ts";
import { atLeast, quorumFor, type Requirement, type VoteSubject } from "./quorum.ts";
import type { AuthorityPolicy } from "./types.ts";

/** Whatever the policy asks for a transfer, ending a held one by hand takes at least two people besides its proposer. */
export const RESOLUTION_APPROVALS_MIN = 2;

/** Kinds of wallets that pay only with people. */
const GUARDED: ReadonlySet<string> = new Set(["custody", "collateral"]);

/** What a plan needs. Custody pays only with people, also where the money stays on its side of the pool. */
export function requirementOf(
  policy: AuthorityPolicy,
  { asset, direction, amount, from }: Pick<TransferPlan, "asset" | "direction" | "amount" | "from">,
): Requirement {
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
    created_at: transfer.created_at,
    expires_at: plan.expires_at,
    requirement: atLeast(requirementOf(policy, plan), plan.quorum_needed),
    scheme: transfer.signing?.scheme ?? "ed25519",
  };
}

/**
 * A proposal to end a held transfer: the transfer's own quorum under the policy of now, and never fewer than two. Neither who
 * proposed it nor who started the transfer counts.
 */
export function resolutionSubject(
  policy: AuthorityPolicy,
  { id, digest, terms }: ResolutionRow,
  transfer: TransferRow,
): VoteSubject {
  const own = transferSubject(policy, transfer).requirement;
  return {
    object_kind: "resolution",
    object_id: id,
    digest,
    initiator: terms.proposed_by,
    excluded: [transfer.plan.initiator],
    created_at: terms.created_at,
    expires_at: terms.expires_at,
    requirement: atLeast(own, RESOLUTION_APPROVALS_MIN),
    scheme: "ed25519",
  };
}
