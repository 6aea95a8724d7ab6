/**
 * Lending in rows: facilities, their collateral, margin calls, sales and notices. Amounts are base units; inside signed terms
 * they are decimal strings of base units, and shares are exact fractions written "num/den".
 */
import type { DayCount, Stage } from "../credit/types.ts";
import type { AssetId } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";

/**
 * `proposed`: people vote. `approved`: collateral wallets are being opened. `awaiting_collateral`: the borrower deposits.
 * `active`: money may be drawn. `matured`: the day has come and something is owed or held. `defaulted`: still owed after the
 * grace, or nothing stands behind it any more. The rest are ends.
 */
export type FacilityState =
  | "proposed"
  | "approved"
  | "awaiting_collateral"
  | "active"
  | "matured"
  | "defaulted"
  | "closed"
  | "denied"
  | "expired"
  | "cancelled";

/** Everything people approve when they open a facility; frozen when proposed. */
export type FacilityDoc = {
  readonly id: string;
  /** The lender's own number of the contract; unique. */
  readonly reference: string;
  readonly customer_id: string;
  readonly currency: AssetId;
  readonly decimals: number;
  readonly principal: string;
  /** Per year. */
  readonly rate: string;
  readonly day_count: DayCount;
  /** YYYY-MM-DD, UTC. */
  readonly matures_on: string;
  /** Of the currency; owed from the first disbursal on. */
  readonly opening_fee: string;
  /** Repayments of principal before maturity. */
  readonly schedule: readonly { readonly due_on: string; readonly amount: string }[];
  readonly levels: {
    readonly initial: string;
    readonly warning: string | null;
    readonly margin_call: string;
    readonly liquidation: string;
    readonly release: string;
  };
  readonly cure_ms: number;
  readonly grace_ms: number;
  readonly collateral: readonly CollateralDoc[];
  readonly reason: string;
  /** `person:<id>`; never counted. */
  readonly proposed_by: string;
  readonly created_at: Instant;
  readonly expires_at: Instant;
};

export type CollateralDoc = {
  readonly asset: AssetId;
  readonly decimals: number;
  readonly haircut: string;
  readonly minimum: string;
  /** What the borrower says that he will bring; zero: open. */
  readonly expected: string;
  readonly venue: string;
  readonly network: string;
  /** Highest fee of one move; the borrower bears it. */
  readonly fee_max: string;
  /** The borrower's own address: collateral goes back there and nowhere else. */
  readonly return_address: string;
  readonly return_memo: string | null;
};

export interface FacilityRow {
  id: string;
  reference: string;
  customer_id: string;
  state: FacilityState;
  currency: AssetId;
  terms: FacilityDoc;
  /** digestOf("facility", terms): what people approve. */
  digest: string;
  /** Drawn so far, and what of it is still owed. */
  disbursed: bigint;
  principal: bigint;
  /** Interest so far: all of it, what was added before `accrual_day`, and what was paid. */
  interest: bigint;
  interest_before: bigint;
  interest_paid: bigint;
  /** Days since 1970: since when the principal of now has been owed. */
  accrual_day: number;
  /** Through which day interest is booked. */
  booked_day: number;
  fees: bigint;
  fees_paid: bigint;
  /** Owed, and nothing stands behind it any more. */
  shortfall: bigint;
  /** Counted collateral in base units by asset, as decimal strings: what is earmarked in the books. */
  held: { readonly [asset: string]: string };
  /** On its way to a sale and not sold: it stands behind the loan until it is. */
  selling: { readonly [asset: string]: string };
  /** Of what counts, what a venue does not show and an open break is about. */
  missing: { readonly [asset: string]: string };
  stage: Stage;
  /** The open margin call and the open sale; null: none. */
  call_id: string | null;
  liquidation_id: string | null;
  created_at: Instant;
  updated_at: Instant;
  ended_at: Instant | null;
  note: string | null;
  version: number;
}

export type PlaceState = "requested" | "creating" | "active" | "failed";

/** One collateral wallet of a facility. */
export interface PlaceRow {
  /** `<facility>-<asset>`: also the id of the wallet and of its way to the market. */
  id: string;
  facility_id: string;
  asset: AssetId;
  venue_id: string;
  network: string;
  state: PlaceState;
  /** The venue's own name of the holding; null until it is open. */
  account: string | null;
  address: string | null;
  memo: string | null;
  note: string | null;
  updated_at: Instant;
}

/**
 * `posted`: it counts. `waiting`: it is there and does not count, until a person says what it is. `own`: it was a move of ours, and
 * counts as that.
 */
export type DepositState = "posted" | "waiting" | "accepted" | "own";
export type DepositProblem = "below_minimum" | "late" | "wrong_asset" | "wrong_network" | "own_return";

/** A movement into a collateral wallet. */
export interface DepositRow {
  wallet_id: string;
  movement_id: string;
  facility_id: string;
  asset: AssetId;
  units: bigint;
  state: DepositState;
  problem: DepositProblem | null;
  tx_hash: string | null;
  at: Instant;
  booked_at: Instant;
}

/** Why collateral leaves its wallet or comes back into it. */
export type MoveKind = "release" | "sale" | "return" | "surplus";

/** A transfer of collateral; `promised` is off the counted collateral until it ends. */
export interface CollateralMoveRow {
  transfer_id: string;
  facility_id: string;
  asset: AssetId;
  kind: MoveKind;
  liquidation_id: string | null;
  promised: bigint;
  state: "open" | "done" | "undone";
  at: Instant;
}

/** Payments between lender and borrower beside our wallets: recorded with their reference, once. */
export interface LoanPaymentRow {
  id: string;
  facility_id: string;
  kind: "disbursal" | "repayment";
  amount: bigint;
  /** What of a repayment went where. */
  to_fees: bigint;
  to_interest: bigint;
  to_principal: bigint;
  to_shortfall: bigint;
  /** Beyond what was owed. */
  surplus: bigint;
  /** Of the bank or chain; unique within a facility. */
  reference: string;
  /** `person:<id>`, or the sale that paid. */
  source: string;
  at: Instant;
}

export type CallState = "open" | "notified" | "cured" | "escalated" | "liquidating" | "closed";

/** A margin call: the demand for cure. */
export interface MarginCallRow {
  id: string;
  facility_id: string;
  state: CallState;
  opened_at: Instant;
  /** Until when it must be cured. */
  deadline_at: Instant;
  /** Loan to value when it was opened, in per cent, rounded up; null without collateral. */
  ltv_percent: string | null;
  /** Levels that were passed without a notice of their own. */
  skipped: readonly string[];
  acknowledged_by: string | null;
  acknowledged_at: Instant | null;
  /** Cures that were not enough. */
  partial_cures: number;
  extensions: number;
  ended_at: Instant | null;
  note: string | null;
  updated_at: Instant;
  version: number;
}

export type ExtensionDoc = {
  readonly id: string;
  readonly call_id: string;
  readonly facility_id: string;
  readonly deadline_before: Instant;
  readonly deadline_at: Instant;
  readonly reason: string;
  readonly proposed_by: string;
  readonly created_at: Instant;
  readonly expires_at: Instant;
};

export interface ExtensionRow {
  id: string;
  call_id: string;
  facility_id: string;
  state: "open" | "applied" | "denied" | "expired" | "overtaken";
  terms: ExtensionDoc;
  /** digestOf("extension", terms) */
  digest: string;
  created_at: Instant;
  expires_at: Instant;
  ended_at: Instant | null;
}

/**
 * `open`: people vote. `awaiting_collateral`: the new collateral has to come and be confirmed. `releasing`: it has, and the old one
 * is on its way home. The rest are ends; `stopped`: the release ended without having been paid.
 */
export type SubstitutionState =
  | "open"
  | "awaiting_collateral"
  | "releasing"
  | "done"
  | "denied"
  | "expired"
  | "cancelled"
  | "stopped";

/** One exchange of collateral, with both of its legs; frozen when proposed. Units are decimal strings of base units. */
export type SubstitutionDoc = {
  readonly id: string;
  readonly facility_id: string;
  readonly reference: string;
  readonly brings: {
    readonly asset: AssetId;
    readonly decimals: number;
    /** At least so much has to come after the proposal was made. */
    readonly units: string;
    readonly venue: string;
    readonly network: string;
    readonly wallet: string;
  };
  readonly releases: {
    readonly asset: AssetId;
    readonly decimals: number;
    /** What the borrower gets; the fee comes on top. */
    readonly units: string;
    readonly fee_max: string;
    readonly network: string;
    readonly from_wallet: string;
    readonly to_wallet: string;
    readonly return_address: string;
    readonly return_memo: string | null;
  };
  readonly reason: string;
  readonly proposed_by: string;
  readonly created_at: Instant;
  /** Until when it may be approved. */
  readonly expires_at: Instant;
  /** By when the new collateral has come and the release was sent; after that nothing leaves on these votes. */
  readonly ends_at: Instant;
};

export interface SubstitutionRow {
  id: string;
  facility_id: string;
  state: SubstitutionState;
  terms: SubstitutionDoc;
  /** digestOf("substitution", terms) */
  digest: string;
  /** The release, once it is planned. */
  transfer_id: string | null;
  note: string | null;
  created_at: Instant;
  expires_at: Instant;
  updated_at: Instant;
  ended_at: Instant | null;
  version: number;
}

/**
 * `planned`: sized and quoted. `moving`: the collateral is on its way to the market, under its own quorum. `selling`: it is
 * there. `returning`: cured before the sale; what is left goes home. `done`, `stopped`: ends.
 */
export type LiquidationState = "planned" | "moving" | "selling" | "returning" | "done" | "stopped";

export interface LiquidationRow {
  id: string;
  facility_id: string;
  call_id: string | null;
  state: LiquidationState;
  asset: AssetId;
  quote_asset: AssetId;
  venue_id: string;
  /** What is to be sold, what of it is sold, and what arrived for it, net. */
  units: bigint;
  sold: bigint;
  proceeds: bigint;
  /** At the market and not sold. */
  at_market: bigint;
  /** Of the proceeds, what is applied. */
  applied: bigint;
  /** What was paid with it, in the loan's currency, and what was left over, of the quote asset. */
  repaid: bigint;
  surplus: bigint;
  /** Base units of the quote asset per whole asset. */
  price_limit: string;
  /** What the market said when it was planned. */
  quote: QuoteDoc | null;
  transfer_id: string | null;
  approval: "each" | "in_advance";
  rounds: number;
  created_at: Instant;
  updated_at: Instant;
  ended_at: Instant | null;
  note: string | null;
  version: number;
}

export type QuoteDoc = {
  readonly units: string;
  readonly value: string;
  readonly fee: string;
  readonly price_worst: string;
  readonly available: string;
  readonly as_of: Instant;
};

/** `placing` is durable before the call; its outcome is unknown until a look-up says. */
export type OrderState = "placing" | "open" | "filled" | "cancelled" | "rejected" | "held";

export interface CreditOrderRow {
  /** Client reference. */
  id: string;
  liquidation_id: string;
  facility_id: string;
  venue_id: string;
  account: string;
  base: AssetId;
  quote: AssetId;
  units: bigint;
  price_limit: string;
  state: OrderState;
  venue_ref: string | null;
  filled: bigint;
  value: bigint;
  fee: bigint;
  /** Of it, what the movements at the venue have shown: base out, quote in. */
  seen_out: bigint;
  seen_in: bigint;
  attempts: number;
  created_at: Instant;
  updated_at: Instant;
  /** When it was first sent. */
  sent_at: Instant;
  note: string | null;
}

/** One notice to one channel; delivered once. */
export interface CreditNoticeRow {
  id: string;
  facility_id: string;
  kind: string;
  channel_id: string;
  state: "queued" | "delivered" | "failed";
  body: NoticeBody;
  attempts: number;
  next_at: Instant;
  created_at: Instant;
  delivered_at: Instant | null;
  error: string | null;
}

export type NoticeBody = {
  /** Stable code: `margin_call.opened`, `facility.warning`. */
  readonly type: string;
  readonly at: Instant;
  readonly facility_id: string;
  readonly reference: string;
  readonly customer_id: string;
  readonly call_id: string | null;
  readonly text: string;
};
