/** The operator's own history as a backtest takes it, and what a search in it proposes. Figures are in whole units of the asset. */
import type { BacktestResult, CostTerms } from "../backtest/types.ts";
import type { PoolPolicy } from "../policy/types.ts";
import type { Instant } from "../ports/index.ts";
import type { Json } from "../store/port.ts";

/** Plain data: it is read beside the books, sent as JSON, and replayed anywhere. */
export interface OwnLedger {
  readonly pool_id: string;
  readonly asset: string;
  readonly liquidity: readonly string[];
  readonly policy: PoolPolicy;
  readonly policy_digest: string;
  /** Start of the first hour. */
  readonly start_ms: Instant;
  /** What customers brought and took in each hour, gross. */
  readonly inflow: readonly number[];
  readonly outflow: readonly number[];
  /** What the books had at the start: all of the pool, and its liquidity side. */
  readonly opening: number;
  readonly hot: number;
  /** Measured time from asking for a refill to having it. */
  readonly lead_up_ms: number;
  /** From the pool's model block, else the shipped costs at the price of now; null where neither is known. */
  readonly costs: CostTerms | null;
  /** What was assumed or left out, one sentence each. */
  readonly notes: readonly string[];
}

/** One policy of the search with what it would have cost. */
export interface Trial {
  readonly name: string;
  readonly policy: PoolPolicy;
  readonly result: BacktestResult;
  /** Cost of the first and of the second half of the period. */
  readonly halves: readonly [number, number];
}

export interface Proposed {
  readonly current: Trial;
  readonly best: Trial;
  readonly tried: number;
}

export type Tuning =
  | { readonly kind: "proposed"; readonly proposed: Proposed }
  /** `sentence`: why nothing is proposed. */
  | { readonly kind: "nothing"; readonly code: TuningOutcome; readonly sentence: string };
export type TuningOutcome = "history_short" | "no_better" | "not_possible";

export type ProposalState = "open" | "accepted" | "dismissed" | "overtaken";

/** Figures of one side of a proposal. */
export interface ProposalFigures {
  readonly cost: number;
  readonly hindsight_cost: number;
  readonly exposure_cost: number;
  readonly delay_cost: number;
  readonly fee_cost: number;
  readonly stockout_hours: number;
  readonly mean_hot: number;
  readonly moves_up: number;
  readonly moves_down: number;
}

export interface PolicyProposalRow {
  id: string;
  pool_id: string;
  state: ProposalState;
  from_digest: string;
  to_digest: string;
  /** The proposed policy, encoded. */
  policy: Json;
  /** Names, figures of both sides, period and grid: `ProposalReport`. */
  report: Json;
  created_at: Instant;
  ended_at: Instant | null;
  ended_by: string | null;
  note: string | null;
}

export interface ProposalReport {
  readonly name: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly tried: number;
  readonly current: ProposalFigures;
  readonly proposed: ProposalFigures;
  readonly sentence: string;
}
