/** The operator's own history as the input of a backtest. */
import { prepare } from "../backtest/index.ts";
import type { BacktestInput, CostTerms } from "../backtest/types.ts";
import { HOUR_MS } from "../outlook/index.ts";
import { TuningError } from "./errors.ts";
import type { OwnLedger } from "./types.ts";

/** Hours that a backtest needs at the least, half of them paid for; a week of warm-up once there is more. */
export const REPLAY_HOURS_MIN = 48;
const WARMUP_HOURS = 168;

export interface ReplayOptions {
  /** Null for what the ledger says. */
  readonly costs: CostTerms | null;
  readonly lead_up_ms: number | null;
  readonly lead_down_ms: number | null;
  readonly warmup_ms: number | null;
  readonly from_ms: number | null;
  readonly to_ms: number | null;
}

export const AS_MEASURED: ReplayOptions = {
  costs: null,
  lead_up_ms: null,
  lead_down_ms: null,
  warmup_ms: null,
  from_ms: null,
  to_ms: null,
};

/** @throws TuningError tuning_history_short, tuning_costs_unknown */
export function replayInput(
  ledger: OwnLedger,
  options: ReplayOptions,
): { readonly input: BacktestInput; readonly costs: CostTerms; readonly notes: readonly string[] } {
  const hours = ledger.inflow.length;
  if (hours < REPLAY_HOURS_MIN) {
    throw new TuningError(
      "tuning_history_short",
      `${ledger.pool_id} has ${hours} hours of flows; a backtest needs ${REPLAY_HOURS_MIN}, so ${REPLAY_HOURS_MIN - hours} more.`,
      { pool: ledger.pool_id, hours, needed: REPLAY_HOURS_MIN },
    );
  }
  const costs = options.costs ?? ledger.costs;
  if (costs === null) {
    throw new TuningError(
      "tuning_costs_unknown",
      `Nothing says what a move of ${ledger.asset} costs: the pool has no model block and ${ledger.asset} no fresh price. Give --costs, or add a model in shadow with its costs.`,
      { pool: ledger.pool_id },
    );
  }
  const flows = {
    step_ms: HOUR_MS,
    start_ms: ledger.start_ms,
    inflow: Float64Array.from(ledger.inflow),
    outflow: Float64Array.from(ledger.outflow),
  };
  const { input, notes } = prepare(flows, {
    lead_up_ms: options.lead_up_ms ?? ledger.lead_up_ms,
    lead_down_ms: options.lead_down_ms ?? HOUR_MS,
    expedite: null,
    warmup_ms: options.warmup_ms ?? Math.min(WARMUP_HOURS, Math.floor(hours / 2)) * HOUR_MS,
    from_ms: options.from_ms,
    to_ms: options.to_ms,
    normalize: false,
    opening: ledger.opening,
    hot: { value: ledger.hot, in_units: false },
    costs,
  });
  return { input, costs, notes: [...ledger.notes, ...notes] };
}
