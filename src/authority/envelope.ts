/**
 * The expedited lane: an envelope is a set of transfers out of custody that people approved in advance, bounded in amount, number,
 * time, sources and destinations. Inside it a transfer needs no votes of its own. Everything is judged anew at every use: the
 * votes under the policy of now, the digest, the time, the room that is left. Whatever does not fit needs the transfer's own quorum.
 */
import type { AssetId } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import type { PlanEnd, TransferPlan } from "../transfers/types.ts";
import { envelopeDigest } from "./digest.ts";
import type { QuorumView } from "./types.ts";

/** `open`: people still vote on it. `active`: its quorum was complete; whether it may be used is judged at every use. */
export type EnvelopeState = "open" | "active" | "denied" | "expired" | "revoked";

/** Everything people approve; frozen when proposed. Amounts are decimal strings of base units. */
export interface EnvelopeTerms {
  readonly id: string;
  readonly pool_id: string;
  readonly asset: AssetId;
  /** Digits of the amounts behind the point: the asset's. */
  readonly decimals: number;
  readonly from: readonly Pick<PlanEnd, "venue" | "wallet">[];
  /** Entries of the address book as they were when it was proposed; another address is another destination. */
  readonly to: readonly EnvelopeDestination[];
  /** Of one transfer, without its fee. */
  readonly amount_max: string;
  /** Of all transfers together, without their fees. */
  readonly amount_total: string;
  readonly count_max: number;
  readonly valid_from: Instant;
  readonly valid_until: Instant;
  readonly reason: string;
  /** `person:<id>`; never counted. */
  readonly proposed_by: string;
  readonly created_at: Instant;
  /** Until when it may be approved. */
  readonly expires_at: Instant;
}

export interface EnvelopeDestination extends Pick<PlanEnd, "venue" | "wallet" | "address" | "memo"> {
  readonly network: string;
}

export interface EnvelopeRow {
  id: string;
  pool_id: string;
  state: EnvelopeState;
  terms: EnvelopeTerms;
  /** digestOf("envelope", terms): what people approve. */
  digest: string;
  created_at: Instant;
  valid_until: Instant;
  ended_at: Instant | null;
  /** Rises with every change and every use. */
  version: number;
}

/** One transfer that was planned inside an envelope; it takes room for as long as it may be, or was, sent. */
export interface EnvelopeUseRow {
  transfer_id: string;
  envelope_id: string;
  amount: bigint;
  at: Instant;
}

/** What other transfers already take of it. */
export interface EnvelopeTaken {
  readonly amount: bigint;
  readonly count: number;
}

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
