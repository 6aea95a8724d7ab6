/** What can be wrong with a backtest's input. Each names the place; nothing is guessed. */
import { type ErrorFacts, TidegateError } from "../errors/index.ts";

export type BacktestErrorCode =
  | "backtest_file_empty"
  | "backtest_column_unknown"
  | "backtest_value_malformed"
  | "backtest_negative_flow"
  | "backtest_rows_unsorted"
  | "backtest_too_many_gaps"
  | "backtest_too_long"
  | "backtest_range_empty"
  | "backtest_no_flow"
  | "backtest_costs_malformed"
  | "backtest_opening_too_small"
  | "backtest_policy_unknown";

export class BacktestError extends TidegateError {
  constructor(code: BacktestErrorCode, message: string, facts: ErrorFacts = {}) {
    super("invalid", code, message, facts);
  }
}
