/** Events of loans, their collateral, margin calls and sales; part of `payloads.ts`. */
import type { Json } from "../store/port.ts";

/** What every event of a loan says about it. */
export type FacilityFacts = {
  readonly facility_id: string;
  readonly reference: string;
  readonly customer_id: string;
  readonly currency: string;
};

export type LendingPayloads = {
  /** A facility is proposed, approved, opened, closed; `terms` where people sign them. */
  "facility.state": FacilityFacts & {
    readonly from_state: string | null;
    readonly to_state: string;
    readonly digest: string;
    /** Everything that is approved: the bytes behind `digest`; null but when it is proposed. */
    readonly terms: Json;
    readonly approvals: readonly string[];
    readonly note: string | null;
  };
  /** Loan to value crossed a level. Prices are fractions of base units of the currency per whole asset. */
  "facility.stage": FacilityFacts & {
    readonly from_stage: string;
    readonly to_stage: string;
    readonly skipped: readonly string[];
    /** Rounded up; null without a loan or without collateral. */
    readonly ltv_percent: string | null;
    readonly outstanding: string;
    readonly held: Json;
    readonly prices: Json;
  };
  /** Collateral came, left, or is promised: base units of `asset`. */
  "facility.collateral": FacilityFacts & {
    readonly asset: string;
    readonly what: string;
    readonly amount: string;
    /** What counts after it. */
    readonly held_after: string;
    readonly ref: string | null;
    readonly note: string | null;
  };
  "facility.payment": FacilityFacts & {
    readonly kind: string;
    readonly amount: string;
    readonly to_fees: string;
    readonly to_interest: string;
    readonly to_principal: string;
    readonly to_shortfall: string;
    readonly surplus: string;
    /** Of the bank or chain; absent in logs of before, where it stood in `reference`. */
    readonly payment_reference: string;
    readonly outstanding_after: string;
  };
  "facility.accrued": FacilityFacts & {
    readonly day: number;
    readonly amount: string;
    readonly interest_total: string;
  };
  "margin_call.state": FacilityFacts & {
    readonly call_id: string;
    readonly from_state: string | null;
    readonly to_state: string;
    readonly deadline_at: number;
    readonly ltv_percent: string | null;
    readonly skipped: readonly string[];
    readonly note: string | null;
  };
  "call.extension": FacilityFacts & {
    readonly call_id: string;
    readonly extension_id: string;
    readonly state: string;
    readonly deadline_at: number;
    readonly digest: string;
    readonly terms: Json;
    readonly approvals: readonly string[];
    readonly reason: string;
  };
  /** An exchange of collateral; `terms` where people sign them. Base units of each asset. */
  "substitution.state": FacilityFacts & {
    readonly substitution_id: string;
    readonly from_state: string | null;
    readonly to_state: string;
    readonly digest: string;
    readonly terms: Json;
    readonly approvals: readonly string[];
    readonly brings: string;
    readonly brings_asset: string;
    readonly releases: string;
    readonly releases_asset: string;
    readonly transfer_id: string | null;
    readonly note: string | null;
  };
  "liquidation.state": FacilityFacts & {
    readonly liquidation_id: string;
    readonly from_state: string | null;
    readonly to_state: string;
    readonly asset: string;
    readonly units: string;
    readonly sold: string;
    /** Of `quote_asset`. */
    readonly proceeds: string;
    readonly quote_asset: string;
    readonly repaid: string;
    readonly surplus: string;
    readonly shortfall: string;
    readonly transfer_id: string | null;
    readonly note: string | null;
  };
  /** An order of a sale: before it is sent, and what became of it. */
  "credit.order": FacilityFacts & {
    readonly liquidation_id: string;
    readonly order_id: string;
    readonly state: string;
    readonly base: string;
    readonly quote: string;
    readonly units: string;
    readonly price_limit: string;
    readonly filled: string;
    readonly value: string;
    readonly fee: string;
    readonly venue_id: string;
    readonly venue_ref: string | null;
    readonly note: string | null;
  };
  "credit.notice": FacilityFacts & {
    readonly notice_id: string;
    readonly kind: string;
    readonly channel_id: string;
    readonly state: string;
    readonly attempts: number;
    readonly error: string | null;
  };
  /** Everybody valued anew by the exact rule. */
  "credit.rescan": {
    readonly facilities: number;
    /** Always 0. */
    readonly mismatches: number;
    readonly ids: readonly string[];
  };
};
