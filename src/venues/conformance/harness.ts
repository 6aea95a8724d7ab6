/** What a venue under test brings to the conformance suite: the connector, a funded wallet, and power over the far side. */
import type { Instant } from "../../ports/index.ts";
import type { Line, LineFault } from "../../sandbox/index.ts";
import type { TransferPlan } from "../../transfers/types.ts";
import type { FindQuery, Venue, WalletRef } from "../port.ts";

export interface CannedAnswer {
  /** Which request it is for: the next that would move money, or the next that only reads. */
  readonly to: "submit" | "read";
  readonly status: number;
  readonly body: unknown;
  readonly retry_after_s?: number;
}

export interface Delivery {
  readonly raw: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

export type { Line, LineFault };

/**
 * Power over the far side. What is optional a venue may not have: then `describeVenue` is told why, case by case, and a case
 * that is neither shown nor explained fails.
 */
export interface FarSide {
  /** Payments that the far side has made or holds under this reference: the referee's own count. */
  effects(reference: string): number;
  /** Lets everything in progress come to its end. */
  settle(): Promise<void>;
  /** Lets this much time pass, for the far side, the connector and its transport. */
  wait(ms: number): Promise<void>;
  now(): Instant;
  readonly line?: Line;
  /** One request gets this answer instead of being handled; several calls stand in a queue. */
  answerNext?(answer: CannedAnswer): void;
  /** Takes back the answers that nobody asked for: a connector may have tried less often. */
  clearAnswers?(): void;
  /** The body of a 429 by which this venue proves that nothing was taken. */
  readonly rate_limit_body?: unknown;
  /** The next look-up shows a status word that nobody knows. */
  useUnknownStatus?(): void;
  /** The next balance is the one that was read last: a view that stands still. */
  freezeBalance?(): void;
  /** The far side's clock runs this far ahead of ours (behind: negative), in what it says and in what it checks. */
  skewClock?(ms: number): void;
  /** What was confirming is undone by the chain, and will be confirmed again by `settle`. */
  reorganize?(reference: string): Promise<void>;
  /** It disappears from the chain for good before it was final: dropped, double spent, removed. Nothing was paid. */
  remove?(reference: string): Promise<void>;
  /** The same payment goes on under another transaction hash (a higher fee). */
  replace?(reference: string): Promise<void>;
  /** The venue ends the first attempt and pays by another of its own, under another id. */
  retry?(reference: string): Promise<void>;
  /** The venue's own approvers say no. */
  rejectApproval?(reference: string): Promise<void>;
  /** The venue's own approval runs out. */
  expireApproval?(reference: string): Promise<void>;
  /** The next transfer delivers less than its amount: a fee is taken from it on the way. */
  takeFeeFromAmount?(): void;
  /** What the venue would deliver now to our webhook about this transfer; two calls are two deliveries of one event. */
  webhookOf?(reference: string): Delivery;
  /** The same delivery with a signature that does not belong to it. */
  forgeWebhook?(delivery: Delivery): Delivery;
}

export interface VenueHarness {
  readonly venue: Venue;
  /** Has at least `amount` and its fees several hundred times over. */
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
