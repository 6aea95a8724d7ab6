/** What a venue under test brings to the conformance suite: the connector, a funded wallet, and power over the far side. */
import type { Instant } from "../../ports/index.ts";
import type { TransferPlan } from "../../transfers/types.ts";
import type { FindQuery, Venue, WalletRef } from "../port.ts";

/** Faults that the far side can be told to show to the next matching request. */
export interface FarSide {
  /** The next submit takes effect and its answer is lost. */
  loseNextReply(): void;
  /** The next submit is lost before it takes effect. */
  loseNextRequest(): void;
  /** The next request of any kind gets this answer instead of being handled. */
  answerNext(status: number, body: unknown, retry_after_s?: number): void;
  /**
   * Takes back the answers of `answerNext` that nobody asked for (a connector may have tried less often), and lets so much of the
   * transport's time pass that it asks again, whatever it had learnt of the venue.
   */
  clearAnswers(): void;
  /** The body of a 429 by which this venue proves that nothing was taken. */
  readonly rate_limit_body: unknown;
  /** The next look-up shows a status word that nobody knows. */
  useUnknownStatus(): void;
  /** From now on the balance is the one that was read last. */
  freezeBalance(): void;
  /** Payments that the far side has made or holds under this reference: the referee's own count. */
  effects(reference: string): number;
  /** Lets everything in progress come to its end. */
  settle(): Promise<void>;
  now(): Instant;
}

export interface VenueHarness {
  readonly venue: Venue;
  /** Has at least `amount` and its fees several times over. */
  readonly wallet: WalletRef;
  readonly amount: bigint;
  readonly far_side: FarSide;
  /** A plan that leaves from the wallet, with a reference of its own each time. */
  plan(change?: { readonly amount?: bigint; readonly fee_max?: bigint; readonly to_address?: string }): TransferPlan;
  stop(): Promise<void>;
}

/** The look-up of what was prepared for a plan. */
export function queryOf(
  harness: VenueHarness,
  plan: TransferPlan,
  prepared: FindQuery["prepared"],
  venue_ref: string | null = null,
): FindQuery {
  return {
    wallet: harness.wallet,
    reference: plan.id,
    venue_ref,
    tx_hash: prepared?.tx_hash ?? null,
    prepared,
    asset: plan.asset,
    network: plan.network,
  };
}
