/** The tables of lending, as data. */
import type {
  CollateralMoveRow,
  CreditNoticeRow,
  CreditOrderRow,
  DepositRow,
  ExtensionRow,
  FacilityRow,
  LiquidationRow,
  LoanPaymentRow,
  MarginCallRow,
  PlaceRow,
  SubstitutionRow,
} from "../../lending/types.ts";
import { amount, defineTable, int, json, nullable, text, time } from "./columns.ts";

export const facility = defineTable<FacilityRow>({
  name: "facility",
  columns: {
    id: text(),
    reference: text(),
    customer_id: text(),
    state: text(),
    currency: text(),
    terms: json(),
    digest: text(),
    disbursed: amount(),
    principal: amount(),
    interest: amount(),
    interest_before: amount(),
    interest_paid: amount(),
    accrual_day: int(),
    booked_day: int(),
    fees: amount(),
    fees_paid: amount(),
    shortfall: amount(),
    held: json(),
    selling: json(),
    missing: json(),
    stage: text(),
    call_id: nullable(text()),
    liquidation_id: nullable(text()),
    created_at: time(),
    updated_at: time(),
    ended_at: nullable(time()),
    note: nullable(text()),
    version: int(),
  },
  key: ["id"],
  unique: [["reference"]],
  indexes: [["state", "booked_day"], ["updated_at"], ["customer_id"]],
});

/** Collateral wallets of facilities. */
export const facilityPlace = defineTable<PlaceRow>({
  name: "facility_place",
  columns: {
    id: text(),
    facility_id: text(),
    asset: text(),
    venue_id: text(),
    network: text(),
    state: text(),
    account: nullable(text()),
    address: nullable(text()),
    memo: nullable(text()),
    note: nullable(text()),
    updated_at: time(),
  },
  key: ["id"],
  indexes: [["facility_id"], ["state"]],
});

/** What came into collateral wallets. */
export const collateralDeposit = defineTable<DepositRow>({
  name: "collateral_deposit",
  columns: {
    wallet_id: text(),
    movement_id: text(),
    facility_id: text(),
    asset: text(),
    units: amount(),
    state: text(),
    problem: nullable(text()),
    tx_hash: nullable(text()),
    at: time(),
    booked_at: time(),
  },
  key: ["wallet_id", "movement_id"],
  indexes: [["facility_id"], ["state"]],
});

/** Transfers of collateral. */
export const collateralMove = defineTable<CollateralMoveRow>({
  name: "collateral_move",
  columns: {
    transfer_id: text(),
    facility_id: text(),
    asset: text(),
    kind: text(),
    liquidation_id: nullable(text()),
    promised: amount(),
    state: text(),
    at: time(),
  },
  key: ["transfer_id"],
  indexes: [["facility_id"], ["state"]],
});

/** Disbursals and repayments. */
export const loanPayment = defineTable<LoanPaymentRow>({
  name: "loan_payment",
  columns: {
    id: text(),
    facility_id: text(),
    kind: text(),
    amount: amount(),
    to_fees: amount(),
    to_interest: amount(),
    to_principal: amount(),
    to_shortfall: amount(),
    surplus: amount(),
    reference: text(),
    source: text(),
    at: time(),
  },
  key: ["id"],
  unique: [["facility_id", "kind", "reference"]],
  indexes: [["facility_id", "at"]],
});

export const marginCall = defineTable<MarginCallRow>({
  name: "margin_call",
  columns: {
    id: text(),
    facility_id: text(),
    state: text(),
    opened_at: time(),
    deadline_at: time(),
    ltv_percent: nullable(text()),
    skipped: json(),
    acknowledged_by: nullable(text()),
    acknowledged_at: nullable(time()),
    partial_cures: int(),
    extensions: int(),
    ended_at: nullable(time()),
    note: nullable(text()),
    updated_at: time(),
    version: int(),
  },
  key: ["id"],
  indexes: [["facility_id"], ["state", "deadline_at"], ["opened_at"]],
});

/** Proposals of people to give a margin call more time. */
export const callExtension = defineTable<ExtensionRow>({
  name: "call_extension",
  columns: {
    id: text(),
    call_id: text(),
    facility_id: text(),
    state: text(),
    terms: json(),
    digest: text(),
    created_at: time(),
    expires_at: time(),
    ended_at: nullable(time()),
  },
  key: ["id"],
  indexes: [["call_id"], ["state"]],
});

/** Exchanges of collateral. */
export const substitution = defineTable<SubstitutionRow>({
  name: "substitution",
  columns: {
    id: text(),
    facility_id: text(),
    state: text(),
    terms: json(),
    digest: text(),
    transfer_id: nullable(text()),
    note: nullable(text()),
    created_at: time(),
    expires_at: time(),
    updated_at: time(),
    ended_at: nullable(time()),
    version: int(),
  },
  key: ["id"],
  indexes: [["facility_id"], ["state"]],
});

export const liquidation = defineTable<LiquidationRow>({
  name: "liquidation",
  columns: {
    id: text(),
    facility_id: text(),
    call_id: nullable(text()),
    state: text(),
    asset: text(),
    quote_asset: text(),
    venue_id: text(),
    units: amount(),
    sold: amount(),
    proceeds: amount(),
    applied: amount(),
    at_market: amount(),
    repaid: amount(),
    surplus: amount(),
    price_limit: text(),
    quote: nullable(json()),
    transfer_id: nullable(text()),
    approval: text(),
    rounds: int(),
    created_at: time(),
    updated_at: time(),
    ended_at: nullable(time()),
    note: nullable(text()),
    version: int(),
  },
  key: ["id"],
  indexes: [["facility_id"], ["state"], ["created_at"]],
});

/** Orders of liquidations, one for each tranche. */
export const creditOrder = defineTable<CreditOrderRow>({
  name: "credit_order",
  columns: {
    id: text(),
    liquidation_id: text(),
    facility_id: text(),
    venue_id: text(),
    account: text(),
    base: text(),
    quote: text(),
    units: amount(),
    price_limit: text(),
    state: text(),
    venue_ref: nullable(text()),
    filled: amount(),
    value: amount(),
    fee: amount(),
    seen_out: amount(),
    seen_in: amount(),
    attempts: int(),
    created_at: time(),
    updated_at: time(),
    sent_at: time(),
    note: nullable(text()),
  },
  key: ["id"],
  indexes: [["liquidation_id"], ["state"]],
});

/** Notices that wait for their channel, and those that were delivered. */
export const creditNotice = defineTable<CreditNoticeRow>({
  name: "credit_notice",
  columns: {
    id: text(),
    facility_id: text(),
    kind: text(),
    channel_id: text(),
    state: text(),
    body: json(),
    attempts: int(),
    next_at: time(),
    created_at: time(),
    delivered_at: nullable(time()),
    error: nullable(text()),
  },
  key: ["id"],
  indexes: [["facility_id"], ["state", "next_at"]],
});
