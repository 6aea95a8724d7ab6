/**
 * What is known (Snapshot) and what is wanted (PoolPolicy). Plain data like what follows from them (`decision_types.ts`); `decide`
 * is the only road from the first two to the third. Every amount is base units of the pool's asset.
 */
import type { Asset, AssetId, Ratio } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import type { Lane } from "./decision_types.ts";
import type { GasState, PoolTask } from "./task_types.ts";

export type * from "./decision_types.ts";
export type * from "./task_types.ts";

export type Mode = "observe" | "advise" | "auto" | "frozen";
export type Side = "liquidity" | "reserve";
export type WalletKind = "hot" | "warm" | "custody" | "collateral" | "deposit" | "gas";
export type WalletStatus = "requested" | "creating" | "created" | "active" | "suspended" | "archiving" | "archived";
export type Freshness = "fresh" | "stale" | "unknown";

/** One level of a pool: a share of its total, an amount, a value, what a forecast must cover, or the larger or smaller of some. */
export type Level =
  | { readonly kind: "percent"; readonly share: Ratio; readonly text: string }
  | { readonly kind: "amount"; readonly units: bigint; readonly text: string }
  /** `value` is base units of the reference currency (its own Asset, e.g. USD with 2 decimals). */
  | { readonly kind: "value"; readonly value: bigint; readonly currency: AssetId; readonly text: string }
  | (Cover & { readonly kind: "cover"; readonly text: string })
  | { readonly kind: "max" | "min"; readonly of: readonly Level[]; readonly text: string };

/** "The net outflow of this long, as large as it is in all but so many cases." */
export interface Cover {
  /** Null: the measured time from asking for a refill to having it. */
  readonly horizon_ms: number | null;
  /** 990_000 is p99. */
  readonly quantile_ppm: number;
}

export type LevelName = "emergency_low" | "low" | "target" | "high" | "emergency_high";
export const LEVEL_NAMES: readonly LevelName[] = ["emergency_low", "low", "target", "high", "emergency_high"];

export interface FeePatience {
  /** Whole number above one. */
  readonly times_usual: number;
  /** From when the level was passed; then the fee is paid as it is. */
  readonly wait_ms_max: number;
}

/** A rolling limit on what may leave one side. */
export interface WindowLimit {
  readonly direction: "to_reserve" | "to_liquidity";
  readonly window_ms: number;
  readonly amount_max: bigint;
  readonly count_max: number;
}

/** A model that sets low, target and high from what was seen; the emergency levels that people wrote are its rails. */
export interface ModelPolicy {
  readonly name: ModelName;
  /** `shadow`: what it would do is decided and recorded beside what is done. */
  readonly mode: "live" | "shadow";
  /** What a refill and a sweep cost beside the network's fee: people, and the risk of opening custody. */
  readonly refill_cost: bigint;
  readonly sweep_cost: bigint;
  /** What holding hot costs in a year, and what an hour of unserved withdrawals costs, in parts per million of the amount. */
  readonly exposure_ppm_per_year: number;
  readonly delay_ppm_per_hour: number;
  /** What a refill through the expedited lane costs beside the network's fee; absent: as much as any other. */
  readonly expedite_cost?: bigint;
}
export type ModelName = "miller-orr" | "quantile" | "hybrid" | "dual-lead";
export const MODEL_NAMES: readonly ModelName[] = ["miller-orr", "quantile", "hybrid", "dual-lead"];

/** Payments that are known and larger than `above` go straight from custody to their payee, never through a hot wallet. */
export interface DirectPolicy {
  readonly above: bigint;
  /** Time declared for them, from asking people to having paid. */
  readonly declared_ms: number;
}

export interface PoolPolicy {
  readonly pool_id: string;
  readonly asset: Asset;
  readonly levels: Readonly<Record<LevelName, Level>>;
  /** Minimum safety threshold of the liquidity side; health is 100 % at twice the floor. */
  readonly floor: Level | null;
  /** `at`: a balance equal to `low` or `high` triggers (custody-10-90). `beyond`: it must pass it (terminal-40). */
  readonly trigger: "at" | "beyond";
  readonly return_to: "target" | "edge";
  readonly move_min: bigint;
  readonly move_max: bigint;
  /** After a move in one direction, wait this long before the next; emergencies do not wait. */
  readonly cooldown_ms: number;
  /** The level must have been passed for this long; emergencies do not wait. */
  readonly dwell_ms: number;
  /** Highest fee of one move: absolute and as parts per million of the amount; both hold. */
  readonly fee_max: bigint;
  readonly fee_max_ppm: number;
  readonly windows: readonly WindowLimit[];
  /** Source wallets are drained down to this and no further. */
  readonly wallet_floors: Readonly<Record<string, bigint>>;
  /** Destinations are filled up to this and no further: no custodian holds too much of it all. */
  readonly wallet_caps: Readonly<Record<string, Level>>;
  /** A surplus waits for a cheaper hour while a fee is so many times the usual one; null: it never waits. */
  readonly fee_patience: FeePatience | null;
  /** Order of preference among equally cheap sources and destinations. */
  readonly priority: readonly string[];
  /** Null: the levels are as they are written. */
  readonly model: ModelPolicy | null;
  /** How much earlier than its due time minus the lead time a refill for an obligation is asked for; absent: 1 h. */
  readonly obligation_margin_ms?: number;
  /** Absent: every known payment is funded through the liquidity side. */
  readonly direct?: DirectPolicy;
  /** A refill is asked for before the low level is reached when the forecast says that it would land too late; absent: no. */
  readonly prestage?: boolean;
  /** A small rule of its own decides instead of the levels; absent: the levels do. */
  readonly task?: PoolTask;
}

/** Small coins of a wallet that could become one by a payment of the wallet to itself. */
export interface SmallCoins {
  readonly network: string;
  /** Coins that the wallet holds, and from when on that is too many. */
  readonly held: number;
  readonly held_above: number;
  /** Of these so many would become one; what they are worth. */
  readonly coins: number;
  readonly touches: bigint;
  readonly fee: bigint;
  /** What the network asks for now, and up to when that is little; as people write it. */
  readonly fee_rate: string;
  readonly rate_below: string;
  readonly rate_is_low: boolean;
}

export interface WalletState {
  readonly wallet_id: string;
  readonly venue_id: string;
  readonly side: Side;
  readonly kind: WalletKind;
  readonly status: WalletStatus;
  readonly freshness: Freshness;
  readonly as_of: Instant | null;
  /** Last known, whatever its age; null when nothing was ever read. */
  readonly total: bigint | null;
  readonly available: bigint | null;
  readonly pending_in: bigint;
  /** On its way out, still contained in `available`, and not one of our own (those are `reserved`). */
  readonly pending_out: bigint;
  /** Held by our own open transfers and not yet deducted by the venue. */
  readonly reserved: bigint;
  /** On its way here by our own open transfers and not yet in `total`. */
  readonly in_flight_in: bigint;
  readonly pending_readable: boolean;
  /**
   * Part of `available` that belongs to another purpose: collateral posted for a loan, money set aside for an obligation. No
   * planner counts it or moves it, whichever side it lies on. Absent: nothing.
   */
  readonly earmarked?: bigint;
  /** What pays for its transactions, where that is another wallet; absent: it pays itself. */
  readonly gas?: GasState;
  /** With a wallet that pays for others on demand: what a payment that waits needs of it. */
  readonly gas_wanted?: bigint;
  /** Where its coins lie one by one and may be put together by themselves; absent: there is nothing to put together. */
  readonly small_coins?: SmallCoins;
}

/** One way from a wallet to a wallet, with what it costs now. */
export interface RouteOption {
  readonly from_wallet: string;
  readonly to_wallet: string;
  readonly network: string;
  readonly enabled: boolean;
  /** Why it is not usable; null when enabled. */
  readonly disabled_reason: string | null;
  readonly fee_fixed: bigint;
  readonly fee_ppm: number;
  /** Median of what the fixed fee was lately; null while too little was seen. */
  readonly fee_usual: bigint | null;
  readonly minimum: bigint;
  readonly maximum: bigint | null;
  readonly step: bigint;
  /** From asking for it to having it, with the wait for opening hours. */
  readonly lead_time_ms: number;
  /** When the source's opening hours end; absent or null: it never closes, or is closed now. */
  readonly closes_at?: Instant | null;
  /** When it opens next, after `closes_at` or from now on; absent or null: it never closes. */
  readonly opens_at?: Instant | null;
  /** Absent: the slow one. */
  readonly lane?: Lane;
}

export interface OpenTransfer {
  readonly transfer_id: string;
  readonly from_wallet: string;
  readonly to_wallet: string;
  readonly amount: bigint;
  readonly state: string;
  readonly created_at: Instant;
  /** True while nothing has been sent: a newer plan may supersede it. */
  readonly supersedable: boolean;
  /** Absent: the slow one. */
  readonly lane?: Lane;
  /** The known payment that it makes, where it leaves the pool; absent: it moves within it. */
  readonly obligation_id?: string;
}

/** A way for refills to be allowed: how long it takes, what it costs, what is left of it. */
export interface LaneState {
  readonly lane: Lane;
  /** What people approved in advance; null for the slow lane. */
  readonly envelope_id: string | null;
  readonly from_wallets: readonly string[];
  readonly to_wallets: readonly string[];
  /** From asking for a refill to having it. */
  readonly lead_time_ms: number;
  /** Of one refill, beside the network's fee. */
  readonly cost: bigint;
  /** Of one refill; null without a bound. */
  readonly amount_max: bigint | null;
  readonly remaining_amount: bigint | null;
  readonly remaining_count: number | null;
  readonly valid_until: Instant | null;
  /** What leaves less than people approved (the wallet's own owners allow less); absent: nothing does. */
  readonly bounded_by?: string;
}

/** Price of one whole unit of the asset in the reference currency, exact; with its trust. */
export interface PriceState {
  readonly status: "fresh" | "stale" | "unavailable";
  readonly currency: AssetId;
  readonly currency_decimals: number;
  /** Base units of the currency per whole asset, as a ratio; null when unavailable. */
  readonly price: Ratio | null;
  readonly as_of: Instant | null;
  readonly sources: number;
  readonly spread_ppm: number | null;
}

/** What a forecast said when the snapshot was taken; numbers that a decision may rest on, and nothing else of the model. */
export interface OutflowForecast {
  readonly as_of: Instant;
  /** Hours of flow that were seen. */
  readonly observed_hours: number;
  /** Hours that must have been seen before anything is derived from them. */
  readonly needed_hours: number;
  /** Measured time from asking for a refill to having it. */
  readonly lead_time_ms: number;
  /** Net outflow that is expected within the lead time; absent: not forecast. */
  readonly expected_outflow?: bigint;
  /** When liquidity is expected to reach the low level if nothing is done; absent or null: not within the horizon. */
  readonly breach_at?: Instant | null;
  /** One line for each cover that the policy names; none while too little was seen. */
  readonly covers: readonly (Cover & { readonly units: bigint })[];
  /** What the pool's model makes of it; null without a model, or while too little was seen. */
  readonly model: ModelOutcome | null;
}

/** Levels of a model, rounded to base units to the side of more liquidity. */
export interface ModelOutcome {
  readonly name: ModelName;
  readonly low: bigint;
  readonly target: bigint;
  readonly high: bigint;
  /** Where a move to custody stops: often above `target`, to keep room for the largest single withdrawal. */
  readonly sweep_to: bigint;
  /** False while a run is on: nothing is sent away into it. */
  readonly may_sweep: boolean;
  /** Below the first the expedited lane bridges up to the second; absent: it is closed, or the model does not count on it. */
  readonly expedite_low?: bigint;
  readonly expedite_to?: bigint;
  /** Why the levels are where they are, in words. */
  readonly because: readonly string[];
}

/** A payment that is known before it happens: a settlement, a payout, a margin deadline. */
export interface ObligationState {
  readonly obligation_id: string;
  readonly direction: "in" | "out";
  readonly amount: bigint;
  readonly due_at: Instant;
  /** In people's words. */
  readonly what: string;
  /** Registered destination that it may be paid to straight from custody; absent: none. */
  readonly payee?: string;
  /** The open transfer that pays it; absent: none. */
  readonly transfer_id?: string;
  /** When its last try came to nothing: the next one waits until then. */
  readonly retry_at?: Instant;
}

/** What was moved lately, for windows, cool-down and dwell. */
export interface PoolHistory {
  readonly last_to_reserve_at: Instant | null;
  readonly last_to_liquidity_at: Instant | null;
  /** Since when the liquidity side has been at or past a trigger level on this side of the band; null inside the band. */
  readonly outside_since: Instant | null;
  readonly outside: "low" | "high" | null;
  /** Moves of the longest window, newest last; reserved and settled alike. */
  readonly moves: readonly {
    readonly at: Instant;
    readonly direction: "to_reserve" | "to_liquidity";
    readonly amount: bigint;
  }[];
}

export interface Snapshot {
  readonly pool_id: string;
  readonly asset: AssetId;
  readonly decimals: number;
  readonly taken_at: Instant;
  readonly mode: Mode;
  readonly wallets: readonly WalletState[];
  readonly routes: readonly RouteOption[];
  readonly open_transfers: readonly OpenTransfer[];
  readonly price: PriceState | null;
  /** Null where no level needs one. */
  readonly forecast: OutflowForecast | null;
  readonly history: PoolHistory;
  /** Open breaks and freezes of this asset; anything here stops new moves. */
  readonly frozen_reason: string | null;
  /** Known payments that were not met yet; absent: none. */
  readonly obligations?: readonly ObligationState[];
  /** Why automatic moves to custody wait; absent or null: they do not. */
  readonly sweeps_held_reason?: string | null;
  /** With the slow lane first; absent: nothing was approved in advance, and there is only the slow one. */
  readonly lanes?: readonly LaneState[];
}
