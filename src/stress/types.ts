/** Stress scenarios and what comes of them. Shares are parts per million; money is base units of the pool's asset. */
import type { PoolPolicy, Snapshot } from "../policy/index.ts";
import type { Move } from "../policy/types.ts";
import type { Random } from "../ports/index.ts";

/** measured: from chain data. fitted: a shape through reported figures. synthetic: made up, says so. */
export type CurveKind = "measured" | "fitted" | "synthetic" | "custom";

/** From `from_hour` on, for so many hours. */
export interface HourSpan {
  readonly from_hour: number;
  readonly hours: number;
}

export interface PriceShock {
  /** Null: the pool's own asset. */
  readonly asset: string | null;
  /** Price at the bottom, as a share of the price before. */
  readonly to_ppm: number;
  /** Hours to the bottom, in a straight line. */
  readonly fall_hours: number;
  /** Hours from there back to the price before; null: it stays down. */
  readonly recover_hours: number | null;
}

export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly curve_kind: CurveKind;
  /** Where the figures come from, and what is assumed. */
  readonly provenance: string;
  readonly step_hours: number;
  /** Cumulative net outflow at the end of each step, as a share of what the pool holds at the start. */
  readonly curve_ppm: readonly number[];
  /** Times that people took or might take to approve; the first is the default. */
  readonly approval_hours: readonly number[];
  /** Nothing leaves the reserve side, and what is under way from it waits. */
  readonly custody_outage: HourSpan | null;
  /** Rails into the liquidity side are closed: no refill starts; what is under way arrives. */
  readonly rails_closed: HourSpan | null;
  /** Share of the reserve that cannot be touched from the first hour on. */
  readonly stuck_ppm: number;
  /** Stolen at the first hour, as a share of what the pool holds. */
  readonly stolen_ppm: number;
  readonly stolen_from: "liquidity" | "reserve";
  /** Network fees, times this. */
  readonly fee_times: number;
  readonly price_shock: PriceShock | null;
}

export interface StressInput {
  readonly snapshot: Snapshot;
  readonly policy: PoolPolicy;
  readonly scenario: Scenario;
  /** Assets that are known; a scenario that names another one is refused. */
  readonly assets: readonly string[];
  /** Null: the scenario's own. */
  readonly approval_hours: number | null;
  readonly needsApproval: (move: Move) => boolean;
}

export interface MonteCarloInput {
  readonly runs: number;
  readonly random: Random;
}

/** One run of the scenario under the policy. */
export interface StressRun {
  readonly hours: number;
  readonly approval_hours: number;
  readonly start: { readonly liquidity: bigint; readonly reserve: bigint; readonly total: bigint };
  readonly end: { readonly liquidity: bigint; readonly reserve: bigint; readonly total: bigint };
  /** First hour in which customers could not be paid in full; null: never. */
  readonly hours_to_empty: number | null;
  /** Hours that ended with somebody waiting. */
  readonly stockout_hours: number;
  readonly longest_stockout_hours: number;
  readonly peak_queue: bigint;
  readonly unpaid: bigint;
  readonly asked: bigint;
  /** Shares of what was asked that were paid within the hour, and within 24; 1,000,000 when nothing was asked. */
  readonly served_1h_ppm: number;
  readonly served_24h_ppm: number;
  readonly moves: number;
  readonly fees: bigint;
  /** Hour by hour, from the first. */
  readonly path: readonly StressHour[];
  readonly trips: readonly StressTrip[];
}

/** How an hour ended. */
export interface StressHour {
  readonly liquidity: bigint;
  /** Asked for and not paid yet. */
  readonly waiting: bigint;
}

/** A move that the policy would have started. */
export interface StressTrip {
  readonly hour: number;
  readonly lands_hour: number;
  readonly direction: Move["direction"];
  readonly amount: bigint;
  readonly needs_approval: boolean;
}

export interface StressReport extends StressRun {
  /** Least liquidity at the start with which nobody waits, sweeps held back; null: not even everything is enough. */
  readonly least_hot: bigint | null;
  /** Longest approval time with which nobody waits; null: not even none. `at_least` when the longest tried still survives. */
  readonly longest_approval_hours: number | null;
  readonly longest_approval_at_least: boolean;
  readonly monte_carlo: MonteCarloReport | null;
}

export interface MonteCarloReport {
  readonly runs: number;
  /** Share of the runs in which nobody waited. */
  readonly survived_ppm: number;
  readonly stockout_hours_p50: number;
  readonly stockout_hours_p95: number;
  readonly peak_queue_p50: bigint;
  readonly peak_queue_p95: bigint;
  /** Of the runs that ran empty, the earliest 5 %; null when none did. */
  readonly hours_to_empty_p05: number | null;
}
