/** Words of route choice. A route option is a way from a wallet to a wallet over one network, with what it costs now. */
import type { RouteOption } from "../policy/types.ts";

export type { RouteOption } from "../policy/types.ts";

/** Limits every leg keeps. All amounts are base units of the pool's asset. */
export interface RouteLimits {
  /** Highest fee of one leg, absolute. */
  readonly fee_max: bigint;
  /** Highest fee of one leg in parts per million of its amount. Both limits hold. */
  readonly fee_max_ppm: number;
  /** No leg is smaller than this, whatever the route allows. */
  readonly leg_min: bigint;
  /** What an hour on the way costs, in parts per million of the amount; zero when nothing is urgent. */
  readonly delay_ppm_per_hour: number;
  /** Wallets preferred among equally cheap and equally fast ones, best first. */
  readonly priority: readonly string[];
}

export type RouteRejection =
  | "disabled"
  | "malformed"
  | "source_short"
  | "below_minimum"
  | "above_maximum"
  | "fee_above_limit";

/** A route carrying an amount, with the fee expected and the highest fee that may be paid. */
export interface Leg {
  readonly route: RouteOption;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly fee_max: bigint;
}

export interface RejectedRoute {
  readonly route: RouteOption;
  readonly code: RouteRejection;
  /** Fee of the amount asked for; null when the route cannot be priced. */
  readonly fee: bigint | null;
  /** The fee limit, minimum, maximum or capacity that refused it; null where there is none. */
  readonly limit: bigint | null;
}

export interface Ranking {
  /** Best first. */
  readonly usable: readonly Leg[];
  readonly rejected: readonly RejectedRoute[];
}

export interface Split {
  readonly legs: readonly Leg[];
  /** Sum of the legs; less than asked for when the sources cannot give it. */
  readonly amount: bigint;
  readonly fee: bigint;
  /** False when the search for the best set stopped at its limit. */
  readonly exact: boolean;
  /** Usable alone for the whole amount, but not chosen; best first. */
  readonly unchosen: readonly Leg[];
  readonly rejected: readonly RejectedRoute[];
}

/** What each source may spend: its own cash above its floor. A wallet that is missing may spend nothing. */
export type Spendable = ReadonlyMap<string, bigint>;
