/** The truth about the venues of a run, which the daemon never sees. */
import type { Instant } from "../ports/index.ts";
import type { VenueStage } from "../transfers/types.ts";
import type { Idempotency, OwnerSignature, VenueMovement } from "../venues/port.ts";

export interface VenueSpec {
  readonly id: string;
  readonly idempotency: Idempotency;
  readonly approval_stage: boolean;
  readonly consistency_window_ms: number;
  /** From acceptance to the network, and over it. */
  readonly processing_ms: readonly [number, number];
  readonly network_ms: readonly [number, number];
  readonly fee: bigint;
  /** By how much its clock is wrong: what it dates is off by this. */
  readonly skew_ms: number;
  /** Its accounts pay what their own owners sign. */
  readonly owners_sign: boolean;
}

export interface WorldAccount {
  readonly key: string;
  readonly venue: string;
  readonly account: string;
  readonly address: string;
  /** Customers pay in and are paid from here. */
  readonly hot: boolean;
  total: bigint;
  locked: bigint;
  readonly movements: VenueMovement[];
  /** Balances of the past, for a venue that answers with an old one. */
  readonly past: { readonly at: Instant; readonly total: bigint; readonly locked: bigint; readonly height: number }[];
}

/** What was asked of a venue. `plan_id` is the truth the checker counts by, whatever key was sent. */
export interface RequestBody {
  readonly plan_id: string;
  readonly key: string;
  readonly account: string;
  readonly to_address: string;
  readonly network: string;
  readonly amount: string;
  readonly fee_max: string;
  /** What the owners signed, where they have to. */
  readonly by_others?: boolean;
  readonly signing?: { readonly hash: string; readonly signatures: readonly OwnerSignature[] };
}

/** Money that really moves, or is promised to. */
export interface Effect {
  venue_ref: string;
  readonly venue: string;
  readonly plan_id: string;
  readonly key: string;
  readonly from: WorldAccount;
  readonly to: WorldAccount;
  readonly amount: bigint;
  /** What the venue takes for it, beside the amount or out of it. */
  readonly fee: bigint;
  /** Taken from the source beside the amount. */
  readonly beside: bigint;
  /** Delivered in the end, net. */
  readonly received: bigint;
  /** Delivered so far, and the ids of the movements that did it. */
  delivered: bigint;
  readonly parts: string[];
  /** Where the venue says it goes, when somebody there changed it. */
  readonly shown_address: string | null;
  readonly accepted_at: Instant;
  /** Look-ups do not show it before. */
  readonly visible_at: Instant;
  tx_hash: string;
  stage: VenueStage;
  status: "pending" | "succeeded" | "failed";
  /** The source has paid; the destination has it. */
  left: boolean;
  arrived: boolean;
  /** Somebody who held the owners' signatures executed it, and not we. */
  readonly by_others: boolean;
  /** It had been final and was forgotten by the network once. */
  reorged: boolean;
}
