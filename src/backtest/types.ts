/**
 * Words of the backtest. Figures here are float64 in the reference currency: they are statistics of a benchmark, never money
 * that moves (docs/decisions/0010). A step is one hour or one day; leads are whole steps.
 */
import type { FlowState } from "../forecast/types.ts";
import type { LaneTerms, LevelModel, ModelLevels } from "../models/types.ts";

/** Two-way flows in equal steps, in the order of time. */
export interface FlowSeries {
  readonly step_ms: number;
  /** Start of the first step; 0 when the file only counts its rows. */
  readonly start_ms: number;
  /** Deposits and withdrawals of each step, gross, never negative. */
  readonly inflow: Float64Array;
  readonly outflow: Float64Array;
}

/** What things cost, per year and hour as people say it; `stepCosts` makes it per step. */
export interface CostTerms {
  /** Share of the hot balance lost to risk and idleness in a year. */
  readonly exposure_share_per_year: number;
  /** Share of the unserved queue lost per hour. */
  readonly delay_share_per_hour: number;
  /** Fixed fee of one move, in the reference currency. */
  readonly fee_up: number;
  readonly fee_down: number;
  /** Share of each moved amount. */
  readonly fee_proportional: number;
}

export interface StepCosts {
  readonly exposure: number;
  readonly delay: number;
  readonly fee_up: number;
  readonly fee_down: number;
  readonly fee_proportional: number;
}

export interface Lanes {
  readonly up: LaneTerms;
  readonly down: LaneTerms;
  readonly expedite: LaneTerms | null;
}

export interface BacktestInput {
  readonly flows: FlowSeries;
  /** First step that is paid for; every step before it is warm-up. */
  readonly from: number;
  /** One past the last step. */
  readonly to: number;
  /** All assets and their hot part before the first step of the file. */
  readonly opening: number;
  readonly hot: number;
  readonly costs: StepCosts;
  readonly lanes: Lanes;
}

/** What a policy may see at the beginning of a step: nothing of this step's flows. */
export interface StepView {
  readonly step: number;
  readonly hot: number;
  readonly queue: number;
  readonly custody: number;
  /** On the way up, and how much of it lands within the expedited lead. */
  readonly in_transit_up: number;
  readonly arriving_soon: number;
  readonly in_transit_down: number;
  readonly total: number;
}

export interface Order {
  readonly lane: "up" | "down" | "expedite";
  readonly amount: number;
}

/** A policy under test; `observe` is called after each step with what it brought. */
export interface BenchPolicy {
  readonly name: string;
  decide(view: StepView): readonly Order[];
  observe(inflow: number, outflow: number): void;
}

/** A policy that makes itself at the start of a run; a level model is wrapped into one. */
export interface PolicyMaker {
  readonly name: string;
  open(input: BacktestInput): BenchPolicy;
}

/** One row of the run, for charts and for looking a decision up. */
export interface StepTrace {
  readonly hot: Float64Array;
  readonly queue: Float64Array;
  /** Sent up (both lanes) and down at this step. */
  readonly up: Float64Array;
  readonly down: Float64Array;
}

export interface RunTotals {
  readonly exposure_cost: number;
  readonly delay_cost: number;
  readonly fee_cost: number;
  readonly moves_up: number;
  readonly moves_down: number;
  readonly moves_expedited: number;
  /** Custody plus hot plus transit minus queue after the last step. */
  readonly closing: number;
  readonly trace: StepTrace;
}

export interface Hindsight {
  readonly cost: number;
  readonly exposure_cost: number;
  readonly delay_cost: number;
  readonly fee_cost: number;
  /** Net position after each step of the paid part. */
  readonly path: Float64Array;
}

export interface BacktestResult {
  readonly policy: string;
  readonly cost: number;
  readonly hindsight_cost: number;
  /** cost / hindsight_cost; null when the hindsight optimum is free. */
  readonly rho: number | null;
  readonly exposure_cost: number;
  readonly delay_cost: number;
  readonly fee_cost: number;
  readonly stockout_hours: number;
  readonly longest_stockout_hours: number;
  readonly peak_queue: number;
  readonly mean_hot: number;
  readonly p99_hot: number;
  readonly moves_up: number;
  readonly moves_down: number;
}

export type { FlowState, LaneTerms, LevelModel, ModelLevels };
