/** What lending refuses, each with a stable code. Nothing is half done when one of these is thrown. */
import { type ErrorFacts, type ErrorKind, TidegateError } from "../errors/index.ts";

export type LendingErrorCode =
  | "lending_off"
  | "facility_not_found"
  | "facility_invalid"
  | "facility_reference_used"
  | "facility_wrong_state"
  | "facility_changed"
  | "facility_price_untrusted"
  | "facility_ltv_too_high"
  | "facility_above_principal"
  | "facility_amount_unsendable"
  | "facility_payment_reused"
  | "facility_collateral_missing"
  | "deposit_not_found"
  | "margin_call_not_found"
  | "margin_call_ended"
  | "extension_not_found"
  | "extension_invalid"
  | "extension_open"
  | "substitution_not_found"
  | "substitution_invalid"
  | "substitution_open"
  | "liquidation_not_found";

const KIND: Record<LendingErrorCode, ErrorKind> = {
  lending_off: "not_found",
  facility_not_found: "not_found",
  facility_invalid: "invalid",
  facility_reference_used: "conflict",
  facility_wrong_state: "conflict",
  facility_changed: "conflict",
  facility_price_untrusted: "stale",
  facility_ltv_too_high: "denied",
  facility_above_principal: "denied",
  facility_amount_unsendable: "denied",
  facility_payment_reused: "conflict",
  facility_collateral_missing: "denied",
  deposit_not_found: "not_found",
  margin_call_not_found: "not_found",
  margin_call_ended: "conflict",
  extension_not_found: "not_found",
  extension_invalid: "invalid",
  extension_open: "conflict",
  substitution_not_found: "not_found",
  substitution_invalid: "invalid",
  substitution_open: "conflict",
  liquidation_not_found: "not_found",
};

export class LendingError extends TidegateError {
  declare readonly code: LendingErrorCode;
  constructor(code: LendingErrorCode, message: string, facts: ErrorFacts = {}) {
    super(KIND[code], code, message, facts);
  }
}
