/** Failures of what a facility is given. */
import { type ErrorFacts, type ErrorKind, TidegateError } from "../errors/index.ts";

export type CreditErrorCode =
  | "credit_levels_out_of_order"
  | "credit_haircut_out_of_range"
  | "credit_amount_not_positive"
  | "credit_price_not_positive"
  | "credit_price_unknown"
  | "credit_asset_not_accepted"
  | "credit_below_minimum"
  | "credit_maturity_in_past"
  | "credit_days_out_of_range"
  | "credit_duplicate_asset"
  | "credit_lot_malformed"
  | "credit_target_out_of_range"
  | "credit_too_many_tranches"
  | "credit_book_full";

const KIND: Partial<Record<CreditErrorCode, ErrorKind>> = {
  credit_price_unknown: "stale",
  credit_book_full: "unavailable",
};

export class CreditError extends TidegateError {
  declare readonly code: CreditErrorCode;
  constructor(code: CreditErrorCode, message: string, facts: ErrorFacts = {}) {
    super(KIND[code] ?? "invalid", code, message, facts);
  }
}
