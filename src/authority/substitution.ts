/**
 * An exchange of collateral approved by people lets its own second leg out of custody: the one transfer that it planned, field by
 * field as its terms say, for as long as it stands. Everything is judged anew when the transfer is let on and before it is sent.
 */
import type { FacilityRow, SubstitutionRow } from "../lending/types.ts";
import type { Instant } from "../ports/index.ts";
import type { TransferRow } from "../transfers/types.ts";
import { substitutionDigest } from "./digest.ts";
import type { ApprovalRow, QuorumView } from "./types.ts";

/** With the votes on it, the terms of its loan, which say how many are needed, and what of the new collateral is there now. */
export interface SubstitutionFile {
  readonly row: SubstitutionRow;
  readonly facility: Pick<FacilityRow, "terms">;
  readonly votes: readonly ApprovalRow[];
  /** Base units. */
  readonly arrived: bigint;
}

/** Why it does not let this transfer go; null when it does. `quorum` is counted under the policy of now. */
export function substitutionProblem(
  { row, arrived }: Pick<SubstitutionFile, "row" | "arrived">,
  { id, plan }: Pick<TransferRow, "id" | "plan">,
  quorum: QuorumView,
  now: Instant,
): string | null {
  const { terms, digest, state } = row;
  const named = plan.substitution;
  if (named?.id !== row.id || named.digest !== digest) return "it was planned under another one";
  if (substitutionDigest(terms) !== digest || terms.id !== row.id) return "it is not what was approved";
  if (state !== "releasing" || row.transfer_id !== id) return "this is not the release that it planned";
  if (!(now < terms.ends_at)) return "its time has passed";
  if (quorum.state !== "complete") return `${quorum.approvals.length} of ${quorum.needed} approvals count now`;
  if (arrived < BigInt(terms.brings.units)) return "the new collateral is not there any more";
  const { releases } = terms;
  const same =
    plan.asset === releases.asset &&
    plan.decimals === releases.decimals &&
    plan.network === releases.network &&
    plan.amount === releases.units &&
    plan.fee_max === releases.fee_max &&
    plan.direction === "reserve_to_liquidity" &&
    plan.from.wallet === releases.from_wallet &&
    plan.to.wallet === releases.to_wallet &&
    plan.to.address === releases.return_address &&
    plan.to.memo === releases.return_memo;
  return same ? null : "it differs from what was approved";
}
