/**
 * A level model turns what is known about flows into the levels of a band. It orders nothing: `orderFor` in the backtest,
 * and `decide()` in the daemon, compare the levels with the position. Figures are float64 in the unit of the forecast; a
 * caller who moves money rounds them into base units, towards the safe side, before they meet `decide()`.
 */
import type { Calendar, FlowState } from "../forecast/types.ts";

export interface LaneTerms {
  /** Steps from the order to the landing. */
  readonly lead_steps: number;
  /** Fixed fee of one move. */
  readonly fee: number;
}

/** Static limits that a person set; no model leaves them. Same unit as the levels; null is no limit of that kind. */
export interface Rails {
  readonly low_min: number | null;
  /** Nothing is ever ordered above this. */
  readonly hot_max: number;
}

export interface ModelInput {
  readonly forecast: FlowState;
  readonly calendar?: Calendar;
  readonly up: LaneTerms;
  readonly down: LaneTerms;
  /** The expedited lane, when it is open and has allowance left. */
  readonly expedite: LaneTerms | null;
  /** Share of the hot balance lost per step, and share of the unserved queue. */
  readonly exposure: number;
  readonly delay: number;
  /** All assets of the pool, less the queue. */
  readonly total: number;
  readonly rails: Rails;
}

/** Why a level is where it is; sentences are made from it elsewhere. */
export interface ModelReason {
  readonly code: "share" | "lead_floor" | "drawdown" | "tail" | "run" | "lot" | "sweep_gap" | "rail" | "cold_start";
  readonly value: number;
}

/** All on the net position: hot balance less queue plus what is on its way up. */
export interface ModelLevels {
  /** At or below this a refill is ordered, up to `target`. */
  readonly low: number;
  readonly target: number;
  /** At or above this the excess over `sweep_to` goes to custody. */
  readonly high: number;
  readonly sweep_to: number;
  /** False while an alarm is on: nothing is swept into a run. */
  readonly may_sweep: boolean;
  /** What arrives within the expedited lead included: below `expedite_low` the dear lane is used, up to `expedite_to`. */
  readonly expedite_low: number | null;
  readonly expedite_to: number | null;
  readonly reasons: readonly ModelReason[];
}

export interface LevelModel {
  readonly name: string;
  /** Horizons, in steps, that its forecast must remember. */
  horizons(lanes: { readonly up: LaneTerms; readonly expedite: LaneTerms | null }): readonly number[];
  levels(input: ModelInput): ModelLevels;
}
