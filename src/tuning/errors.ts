/** What stands in the way of a backtest on the operator's own flows, or of a proposal. Each says what is missing. */
import { type ErrorFacts, type ErrorKind, TidegateError } from "../errors/index.ts";

export type TuningErrorCode =
  | "tuning_no_flows"
  | "tuning_history_short"
  | "tuning_opening_unknown"
  | "tuning_costs_unknown"
  | "tuning_policy_inexpressible"
  | "policy_proposal_not_found"
  | "policy_proposal_closed"
  | "policy_proposal_note_invalid";

const KINDS: Readonly<Partial<Record<TuningErrorCode, ErrorKind>>> = {
  policy_proposal_not_found: "not_found",
  policy_proposal_closed: "conflict",
};

export class TuningError extends TidegateError {
  constructor(code: TuningErrorCode, message: string, facts: ErrorFacts = {}) {
    super(KINDS[code] ?? "invalid", code, message, facts);
  }
}
