/**
 * The expedited lane: an envelope is a set of transfers out of custody that people approved in advance, bounded in amount, number,
 * time, sources and destinations. Inside it a transfer needs no votes of its own. Everything is judged anew at every use: the
 * votes under the policy of now, the digest, the time, the room that is left. Whatever does not fit needs the transfer's own quorum.
 */
import type { Instant } from "../ports/index.ts";
import type { TransferPlan } from "../transfers/types.ts";
import { envelopeDigest } from "./digest.ts";
import type { EnvelopeRow, EnvelopeTaken, QuorumView } from "./types.ts";

/** What a plan must be to fit. */
export type EnvelopePlan = Pick<
  TransferPlan,
  "pool_id" | "asset" | "network" | "direction" | "from" | "to" | "amount" | "decimals"
>;

/** Why the envelope cannot be used now, by anything; null when it can. `quorum` is counted under the policy of now. */
export function standingProblem(row: EnvelopeRow, quorum: QuorumView, now: Instant): string | null {
  const { terms, state, digest } = row;
  if (envelopeDigest(terms) !== digest || terms.id !== row.id || terms.pool_id !== row.pool_id) {
    return "it is not what was approved";
  }
  if (state !== "active") return state === "open" ? "it still waits for votes" : `it is ${state}`;
  if (now < terms.valid_from) return "its time has not come";
  if (!(now < terms.valid_until)) return "its time has passed";
  if (quorum.state !== "complete") return `${quorum.approvals.length} of ${quorum.needed} approvals count now`;
  return null;
}

/** Why this plan does not fit into the envelope beside what others take; null when it does. */
export function fitProblem({ terms }: EnvelopeRow, plan: EnvelopePlan, taken: EnvelopeTaken): string | null {
  if (terms.pool_id !== plan.pool_id || terms.asset !== plan.asset || terms.decimals !== plan.decimals) {
    return "it is for another pool or asset";
  }
  if (plan.direction !== "reserve_to_liquidity") return "it is for refills from custody only";
  const gives = terms.from.some(({ venue, wallet }) => venue === plan.from.venue && wallet === plan.from.wallet);
  if (!gives) return `it does not name ${plan.from.wallet} as a source`;
  const { to } = plan;
  const takes = terms.to.some(
    ({ venue, wallet, network, address, memo }) =>
      [venue, wallet, address].every((text, at) => text === [to.venue, to.wallet, to.address][at]) &&
      network === plan.network &&
      memo === to.memo,
  );
  if (!takes) return `it does not name this address of ${to.wallet} on ${plan.network}`;
  const amount = BigInt(plan.amount);
  if (amount <= 0n || amount > BigInt(terms.amount_max)) return "one transfer may not be that large";
  if (taken.amount + amount > BigInt(terms.amount_total)) return "not enough of its amount is left";
  return taken.count < terms.count_max ? null : "all its transfers are used";
}

/** What is left of it; never below zero. */
export function remainingOf({ terms }: EnvelopeRow, taken: EnvelopeTaken): EnvelopeTaken {
  const amount = BigInt(terms.amount_total) - taken.amount;
  return { amount: amount > 0n ? amount : 0n, count: Math.max(0, terms.count_max - taken.count) };
}
