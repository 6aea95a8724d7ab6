/** What follows from a snapshot and a policy: a decision, with its reasons as data. Every amount is base units of the pool's asset. */
import type { AssetId } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";

/** `slow`: people approve each refill. `expedited`: they approved it in advance, within bounds. */
export type Lane = "slow" | "expedited";

export type Verdict = "hold" | "move" | "wait" | "blocked" | "escalate";
export type Severity = "normal" | "urgent" | "emergency";

/** Stable codes; each has its sentence in `explain.ts` and its line in the docs. */
export type ReasonCode =
  | "inside_band"
  | "below_low"
  | "above_high"
  | "below_emergency_low"
  | "above_emergency_high"
  | "below_floor"
  | "returns_to"
  | "obligation_due"
  | "obligation_unfunded"
  | "kept_for_obligations"
  | "payout_direct"
  | "payout_planned"
  | "payout_open"
  | "payout_blocked"
  | "coins_many"
  | "coins_too_dear"
  | "breach_before_refill"
  | "closing_before_breach"
  | "flow_turned"
  | "sweeps_held"
  | "in_flight_covers"
  | "leaving_covers"
  | "awaiting_covers"
  | "opposite_in_flight"
  | "refill_already_open"
  | "supersedes"
  | "dwell_not_reached"
  | "cooling_down"
  | "below_minimum_move"
  | "capped_by_maximum_move"
  | "capped_by_window"
  | "window_exhausted"
  | "capped_by_source"
  | "capped_by_destination"
  | "fee_above_usual"
  | "source_floor"
  | "no_source"
  | "no_route"
  | "fee_above_limit"
  | "stale_liquidity"
  | "stale_reserve"
  | "unknown_balance"
  | "pending_unreadable"
  | "price_unavailable"
  | "forecast_unavailable"
  | "forecast_warming_up"
  | "level_held_by_rail"
  | "model_sets_levels"
  | "no_sweep_into_a_run"
  | "levels_out_of_order"
  | "floor_above_target"
  | "floors_exceed_total"
  | "pool_empty"
  | "asset_frozen"
  | "mode_observe"
  | "mode_advise"
  | "mode_frozen"
  | "needs_quorum"
  | "route_chosen"
  | "expedited_lane"
  | "lane_exhausted"
  | "gas_low"
  | "gas_wanted"
  | "gas_supplied"
  | "gas_cost"
  | "deposits_ready"
  | "deposits_below"
  | "deposit_not_worth"
  | "deposit_needs_gas"
  | "deposit_cost_unknown"
  | "batch_full";

/** A reason as data: what was observed, against which limit, in which unit. */
export interface Reason {
  readonly code: ReasonCode;
  readonly rule: string;
  readonly observed: string | null;
  readonly limit: string | null;
  readonly sentence: string;
}

export interface Move {
  readonly from_wallet: string;
  readonly to_wallet: string;
  /** `within`: a wallet pays itself; the amount is zero, and only the fee leaves. */
  readonly direction: "to_reserve" | "to_liquidity" | "to_payee" | "within";
  readonly amount: bigint;
  readonly network: string;
  readonly fee: bigint;
  readonly fee_max: bigint;
  readonly lead_time_ms: number;
  /** Absent: the slow one, where nothing was approved in advance. */
  readonly lane?: Lane;
  /** With `to_payee`: the known payment that it makes. */
  readonly obligation_id?: string;
  /** With `within`: what it takes up and gives back at most. */
  readonly touches_max?: bigint;
}

/** Another way to do the same, and why it was not chosen. */
export interface Alternative {
  readonly from_wallet: string;
  readonly to_wallet: string;
  readonly network: string;
  readonly fee: bigint | null;
  readonly rejected_because: string;
}

/** Levels as they came out against this snapshot; null where they could not be resolved. */
export interface ResolvedLevels {
  readonly emergency_low: bigint;
  readonly low: bigint;
  readonly target: bigint;
  readonly high: bigint;
  readonly emergency_high: bigint;
  readonly floor: bigint | null;
}

export interface Position {
  /** Sum over both sides of what is projected, in flight between them included. */
  readonly total: bigint;
  /** Liquidity side: available - reserved - pending out, plus own transfers that were sent and are on their way in. */
  readonly liquidity: bigint;
  readonly reserve: bigint;
  /** Sent, and not landed yet. */
  readonly in_flight_to_liquidity: bigint;
  readonly in_flight_to_reserve: bigint;
  /** Planned or waiting for approval: still counted where it lies, because people may say no. */
  readonly awaiting_to_liquidity: bigint;
  readonly awaiting_to_reserve: bigint;
  /** Health in per cent, 0..100; 100 at twice the floor; null without a floor. */
  readonly health_percent: string | null;
  /** Liquidity share in per cent with 4 decimals, when all that was sent has arrived; of `counted.total`; null for an empty pool. */
  readonly share_percent: string | null;
  /** What the levels are held against at this moment. Absent in records of earlier versions. */
  readonly counted?: Counted;
}

/** Now: without anything on its way in, and with what is due soon as good as paid. Base units. */
export interface Counted {
  readonly liquidity: bigint;
  readonly reserve: bigint;
  /** The whole pool with what is on its way, less what is set aside for known payments; levels in per cent are shares of it. */
  readonly total: bigint;
  /** `liquidity` of `total` in per cent with 4 decimals; null for an empty pool. */
  readonly share_percent: string | null;
}

/**
 * Only the verdict `move` is ever acted on: end the transfers in `supersedes`, then start `moves`; there may be nothing to start
 * when open requests are only withdrawn. With any other verdict `moves` is advice: what would be done if what the reasons name
 * were not in the way.
 */
export interface Decision {
  readonly pool_id: string;
  readonly asset: AssetId;
  readonly decided_at: Instant;
  readonly verdict: Verdict;
  readonly severity: Severity;
  readonly moves: readonly Move[];
  /** Open transfers that this decision replaces. */
  readonly supersedes: readonly string[];
  readonly reasons: readonly Reason[];
  readonly counterfactuals: readonly string[];
  readonly alternatives: readonly Alternative[];
  readonly levels: ResolvedLevels | null;
  readonly before: Position | null;
  /** The position when every move has landed. */
  readonly after: Position | null;
}
