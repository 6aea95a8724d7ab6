/** Lending: facilities, margin calls, liquidations, prices and the portfolio. Loan to value is per cent, rounded up. */
import { z } from "zod";
import { DecimalSchema, IdSchema, MoneySchema, PercentSchema, PriceMoneySchema, TimeSchema } from "./common.ts";
import { LiquidationSchema } from "./liquidations.ts";
import { ProposalStateSchema, ProposerSchema, proposalFields } from "./signed_object.ts";

const DaySchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .describe("YYYY-MM-DD, UTC");
const ReasonSchema = z.string().min(1).max(500);
const PercentText = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,8})?$/)
  .describe("Per cent as a decimal string");

export const FacilityStateSchema = z
  .enum([
    ...(["proposed", "approved", "awaiting_collateral", "active", "matured", "defaulted"] as const),
    ...(["closed", "denied", "expired", "cancelled"] as const),
  ])
  .meta({ id: "FacilityState" });
export const StageSchema = z.enum(["sound", "initial", "warning", "margin_call", "liquidation"]).meta({ id: "Stage" });

export const FacilityRequestSchema = z
  .strictObject({
    reference: IdSchema.describe("The lender's number of the contract; unique"),
    customer_id: IdSchema,
    currency: z.string().describe("The reference currency, or an asset with a price"),
    principal: DecimalSchema,
    rate_percent: PercentText.describe("Per year"),
    day_count: z.enum(["actual/360", "actual/365", "30/360"]).default("actual/360"),
    matures_on: DaySchema,
    opening_fee: DecimalSchema.default("0"),
    schedule: z
      .array(z.strictObject({ due_on: DaySchema, amount: DecimalSchema }))
      .max(600)
      .default([]),
    levels: z
      .strictObject({
        as: z.enum(["ltv", "cvl"]).default("ltv"),
        initial: PercentText.optional(),
        warning: PercentText.nullable().optional(),
        margin_call: PercentText.optional(),
        liquidation: PercentText.optional(),
        release: PercentText.optional().describe("Points of loan to value"),
      })
      .nullable()
      .default(null)
      .describe("Own levels in per cent; what is left out is the book's"),
    cure_hours: z.number().int().min(1).max(720).nullable().default(null),
    collateral: z
      .array(
        z.strictObject({
          asset: z.string(),
          expected: DecimalSchema.default("0"),
          return_address: z.string().min(1).max(128).describe("The borrower's own; collateral goes back there alone"),
          return_memo: z.string().min(1).max(128).nullable().default(null),
        }),
      )
      .min(1)
      .max(20),
    reason: ReasonSchema,
    proposed_by: ProposerSchema,
  })
  .meta({ id: "FacilityRequest" });
export type FacilityRequest = z.input<typeof FacilityRequestSchema>;

export const PaymentRequestSchema = z
  .strictObject({
    amount: DecimalSchema,
    reference: IdSchema.describe("Of the bank or chain; the same reference is the same payment"),
    recorded_by: IdSchema,
  })
  .meta({ id: "LoanPaymentRequest" });
export type PaymentRequest = z.input<typeof PaymentRequestSchema>;

export const ReleaseRequestSchema = z
  .strictObject({
    asset: z.string(),
    amount: z
      .union([DecimalSchema, z.literal("all")])
      .describe("What the borrower gets, the fee of the network on top; all: everything that is held, less that fee"),
    reason: ReasonSchema,
    initiator: IdSchema,
  })
  .meta({ id: "ReleaseRequest" });
export type ReleaseRequest = z.input<typeof ReleaseRequestSchema>;

export const AcceptDepositSchema = z
  .strictObject({ wallet_id: IdSchema, movement_id: IdSchema, accepted_by: IdSchema })
  .meta({ id: "AcceptDepositRequest" });

export const SandboxDepositRequestSchema = z
  .strictObject({ facility_id: IdSchema, asset: z.string(), amount: DecimalSchema })
  .meta({ id: "SandboxDepositRequest" });
export type SandboxDepositRequest = z.input<typeof SandboxDepositRequestSchema>;
export const SandboxDepositSchema = z
  .strictObject({ facility_id: z.string(), amount: MoneySchema, address: z.string(), tx_hash: z.string() })
  .meta({ id: "SandboxDeposit" });
export type SandboxDeposit = z.infer<typeof SandboxDepositSchema>;

export const AcknowledgeSchema = z.strictObject({ person: IdSchema }).meta({ id: "AcknowledgeRequest" });

export const ExtensionRequestSchema = z
  .strictObject({ deadline_at: TimeSchema, reason: ReasonSchema, proposed_by: ProposerSchema })
  .meta({ id: "ExtensionRequest" });

const LegSchema = z.strictObject({ asset: z.string(), amount: DecimalSchema });
export const SubstitutionRequestSchema = z
  .strictObject({
    brings: LegSchema.describe("What has to come first, to the facility's own wallet of that asset"),
    releases: LegSchema.describe("What then goes home; the fee of the network comes on top"),
    ends_at: TimeSchema.nullable().default(null).describe("By when all of it has happened; default: within a week"),
    reason: ReasonSchema,
    proposed_by: ProposerSchema,
  })
  .meta({ id: "SubstitutionRequest" });
export type SubstitutionRequest = z.input<typeof SubstitutionRequestSchema>;

/** Loan to value with its trust. */
export const LtvSchema = z
  .strictObject({
    /** `unknown`: a price it needs is not trusted; `percent` is then of the last price, where there is one. */
    state: z.enum(["ratio", "no_loan", "no_collateral", "unknown"]),
    percent: PercentSchema.nullable(),
    /** Collateral to value in whole per cent, truncated. */
    cvl_percent: DecimalSchema.nullable(),
    unknown_since: TimeSchema.nullable(),
    /** Why it is not trusted. */
    doubt: z.string().nullable(),
  })
  .meta({ id: "Ltv" });
export type LtvView = z.infer<typeof LtvSchema>;

export const CollateralSchema = z
  .strictObject({
    asset: z.string(),
    /** What counts and is at its place. */
    held: MoneySchema,
    /** On its way to a sale, and not sold. */
    selling: MoneySchema,
    /** In the books, and not shown by the venue. */
    missing: MoneySchema,
    haircut_percent: PercentSchema,
    /** After haircut, in the loan's currency; null without a price. */
    value: MoneySchema.nullable(),
    /** Of one whole asset, in the loan's currency. */
    price: PriceMoneySchema.nullable(),
    /** So much alone would meet the initial requirement of the principal. */
    required: MoneySchema.nullable(),
    expected: MoneySchema,
    minimum: MoneySchema,
    wallet_id: z.string(),
    wallet_state: z.enum(["none", "requested", "creating", "active", "failed"]),
    venue: z.string(),
    network: z.string(),
    address: z.string().nullable(),
    memo: z.string().nullable(),
    /** Seen by the venue and not credited yet. */
    pending: MoneySchema,
    return_address: z.string(),
  })
  .meta({ id: "CollateralHolding" });

export const LevelsSchema = z
  .strictObject({
    initial: PercentSchema,
    warning: PercentSchema.nullable(),
    margin_call: PercentSchema,
    liquidation: PercentSchema,
    /** Percentage points: a level that was reached is over only so far below it. */
    release: PercentSchema,
    /** The measure in which every one of them is a whole per cent; `ltv` where both are. */
    measure: z.enum(["ltv", "cvl"]),
    /** The same levels as collateral to value. */
    cvl: z.strictObject({
      initial: PercentSchema,
      warning: PercentSchema.nullable(),
      margin_call: PercentSchema,
      liquidation: PercentSchema,
    }),
  })
  .meta({ id: "CreditLevels" });

export const FacilitySchema = z
  .strictObject({
    object_kind: z.literal("facility"),
    reference: z.string(),
    customer_id: z.string(),
    state: FacilityStateSchema,
    stage: StageSchema,
    principal: MoneySchema,
    disbursed: MoneySchema,
    /** Of the principal, what was not drawn yet; drawn once, it is not drawn again. */
    left_to_draw: MoneySchema,
    outstanding: z.strictObject({
      total: MoneySchema,
      principal: MoneySchema,
      interest: MoneySchema,
      fees: MoneySchema,
      shortfall: MoneySchema,
    }),
    ltv: LtvSchema,
    levels: LevelsSchema,
    /** The level that a fall would reach next, and how many percentage points of loan to value are left to it; null past the last. */
    next_level: z.strictObject({ level: StageSchema, points: PercentSchema }).nullable(),
    /**
     * Loan to value is back below the level that `stage` names, and the mark stays until it is the release distance below it; null
     * where the mark says what is reached. Per cent of loan to value.
     */
    mark: z
      .strictObject({
        level: StageSchema,
        level_percent: PercentSchema,
        goes_percent: PercentSchema,
        sentence: z.string(),
      })
      .nullable(),
    /** Highest price of the only collateral asset at which each level is reached; empty with several assets. */
    triggers: z.array(z.strictObject({ level: StageSchema, asset: z.string(), price: PriceMoneySchema })),
    collateral: z.array(CollateralSchema),
    rate_percent: PercentSchema,
    day_count: z.string(),
    matures_on: z.string(),
    schedule: z.array(z.strictObject({ due_on: z.string(), amount: MoneySchema })),
    /** Instalments that are due and not paid; null while there are none. */
    arrears: z.strictObject({ due_on: z.string(), amount: MoneySchema }).nullable(),
    call_id: z.string().nullable(),
    /** When the open call must be cured. */
    call_deadline_at: TimeSchema.nullable(),
    liquidation_id: z.string().nullable(),
    reason: z.string(),
    note: z.string().nullable(),
    updated_at: TimeSchema,
    ...proposalFields,
  })
  .meta({ id: "Facility" });
export type Facility = z.infer<typeof FacilitySchema>;

export const FacilityListSchema = z
  .strictObject({ as_of: TimeSchema, items: z.array(FacilitySchema), has_more: z.boolean() })
  .meta({ id: "FacilityList" });
export type FacilityList = z.infer<typeof FacilityListSchema>;

export const FacilityQuerySchema = z.strictObject({
  /** `live`: everything that has not ended; `proposed`: waits for votes. Nearest to its next level first. */
  state: z.enum(["live", "proposed", "ended", "all"]).default("live"),
  customer: IdSchema.optional(),
});

export const LoanPaymentSchema = z
  .strictObject({
    id: z.string(),
    kind: z.enum(["disbursal", "repayment"]),
    amount: MoneySchema,
    to_fees: MoneySchema,
    to_interest: MoneySchema,
    to_principal: MoneySchema,
    to_shortfall: MoneySchema,
    surplus: MoneySchema,
    reference: z.string(),
    source: z.string(),
    at: TimeSchema,
  })
  .meta({ id: "LoanPayment" });

export const DepositSchema = z
  .strictObject({
    wallet_id: z.string(),
    movement_id: z.string(),
    asset: z.string(),
    /** Base units where the asset is not of this registry. */
    amount: DecimalSchema,
    state: z.enum(["posted", "waiting", "accepted", "own"]),
    problem: z.enum(["below_minimum", "late", "wrong_asset", "wrong_network", "own_return"]).nullable(),
    sentence: z.string().nullable(),
    tx_hash: z.string().nullable(),
    at: TimeSchema,
  })
  .meta({ id: "CollateralDeposit" });

const OfferSchema = z.strictObject({
  target_percent: PercentSchema,
  repay: MoneySchema,
  /** Each alone would do. */
  deposits: z.array(MoneySchema),
});

export const CalculatorSchema = z
  .strictObject({
    /** The least that ends a margin call. */
    cure: OfferSchema,
    /** What meets the initial requirement again. */
    initial: OfferSchema,
    trusted: z.boolean(),
  })
  .meta({ id: "CureCalculator" });

export const MarginCallSchema = z
  .strictObject({
    id: z.string(),
    facility_id: z.string(),
    reference: z.string(),
    customer_id: z.string(),
    state: z.enum(["open", "notified", "cured", "escalated", "liquidating", "closed"]),
    opened_at: TimeSchema,
    deadline_at: TimeSchema,
    /** Milliseconds to the deadline, negative once it has passed. */
    remaining_ms: z.number().int(),
    /** When it was opened. */
    ltv_percent: PercentSchema.nullable(),
    ltv_now: LtvSchema,
    skipped: z.array(z.string()),
    acknowledged_by: z.string().nullable(),
    acknowledged_at: TimeSchema.nullable(),
    partial_cures: z.number().int(),
    extensions: z.number().int(),
    extension_id: z.string().nullable(),
    liquidation_id: z.string().nullable(),
    note: z.string().nullable(),
    ended_at: TimeSchema.nullable(),
    /** Null once it has ended, or while a price is missing. */
    calculator: CalculatorSchema.nullable(),
  })
  .meta({ id: "MarginCall" });
export type MarginCall = z.infer<typeof MarginCallSchema>;

export const MarginCallListSchema = z
  .strictObject({ as_of: TimeSchema, items: z.array(MarginCallSchema) })
  .meta({ id: "MarginCallList" });
export type MarginCallList = z.infer<typeof MarginCallListSchema>;
export const CallQuerySchema = z.strictObject({ state: z.enum(["open", "all"]).default("open") });

export const ExtensionSchema = z
  .strictObject({
    object_kind: z.literal("extension"),
    call_id: z.string(),
    facility_id: z.string(),
    /** Of the facility. */
    facility_reference: z.string(),
    state: ProposalStateSchema,
    deadline_before: TimeSchema,
    deadline_at: TimeSchema,
    reason: z.string(),
    ...proposalFields,
  })
  .meta({ id: "CallExtension" });
export type CallExtension = z.infer<typeof ExtensionSchema>;

export const ExtensionListSchema = z
  .strictObject({ as_of: TimeSchema, items: z.array(ExtensionSchema) })
  .meta({ id: "CallExtensionList" });
export type CallExtensionList = z.infer<typeof ExtensionListSchema>;

export const SubstitutionSchema = z
  .strictObject({
    object_kind: z.literal("substitution"),
    facility_id: z.string(),
    /** Of the facility. */
    facility_reference: z.string(),
    state: z.enum([
      ...(["open", "awaiting_collateral", "releasing", "done"] as const),
      ...(["denied", "expired", "cancelled", "stopped"] as const),
    ]),
    brings: MoneySchema,
    /** Of it, what came since it was proposed, and counts. */
    arrived: MoneySchema,
    /** Where it has to come; null while that wallet is not open. */
    deposit_address: z.string().nullable(),
    releases: MoneySchema,
    return_address: z.string(),
    transfer_id: z.string().nullable(),
    reason: z.string(),
    note: z.string().nullable(),
    /** By when it has happened, or nothing more leaves on these votes. */
    ends_at: TimeSchema,
    ...proposalFields,
  })
  .meta({ id: "Substitution" });
export type Substitution = z.infer<typeof SubstitutionSchema>;
export const SubstitutionListSchema = z
  .strictObject({ as_of: TimeSchema, items: z.array(SubstitutionSchema) })
  .meta({ id: "SubstitutionList" });
export type SubstitutionList = z.infer<typeof SubstitutionListSchema>;

export const NoticeSchema = z
  .strictObject({
    id: z.string(),
    /** Stable code: `margin_call.opened`, `facility.warning`. */
    kind: z.string(),
    channel_id: z.string(),
    state: z.enum(["queued", "delivered", "failed"]),
    text: z.string(),
    attempts: z.number().int(),
    /** When it is tried next; null once that is over. */
    next_at: TimeSchema.nullable(),
    error: z.string().nullable(),
    created_at: TimeSchema,
    delivered_at: TimeSchema.nullable(),
  })
  .meta({ id: "CreditNotice" });

export const FacilityDetailSchema = z
  .strictObject({
    facility: FacilitySchema,
    /** Null without a price. */
    calculator: CalculatorSchema.nullable(),
    payments: z.array(LoanPaymentSchema),
    deposits: z.array(DepositSchema),
    /** Newest first. */
    calls: z.array(MarginCallSchema),
    liquidations: z.array(LiquidationSchema),
    /** Newest first, one for each channel. */
    notices: z.array(NoticeSchema),
    /** Exchanges of its collateral, newest first. */
    substitutions: z.array(SubstitutionSchema),
    /** Transfers of its collateral. */
    transfer_ids: z.array(z.string()),
  })
  .meta({ id: "FacilityDetail" });
export type FacilityDetail = z.infer<typeof FacilityDetailSchema>;
