/** Sales of collateral as the API says them. */
import { z } from "zod";
import { DecimalSchema, IdSchema, MoneySchema, PercentSchema, PriceMoneySchema, TimeSchema } from "./common.ts";

/** The formula of a sale with its numbers, at the prices of now; in the loan's currency unless it says otherwise. */
export const SizingSchema = z
  .strictObject({
    owed: MoneySchema,
    /** All collateral after its haircuts, the part on its way to the sale with it. */
    value: MoneySchema,
    ltv_percent: PercentSchema.nullable(),
    target_percent: PercentSchema,
    haircut_percent: PercentSchema,
    discount_percent: PercentSchema,
    fee_percent: PercentSchema,
    /** Of one whole asset. */
    price: PriceMoneySchema,
    held: MoneySchema,
    /** Highest fee of the move to the market: the formula reckons without it. */
    move_fee_max: MoneySchema,
    /** What the formula asks for before the market rounds up to its lots; null where no sale brings the target nearer. */
    wanted: MoneySchema.nullable(),
    /** What bounds it: all there is, or all that is owed. */
    clamp: z.enum(["none", "collateral", "debt"]),
    tranche_max: MoneySchema,
    tranches: z.number().int(),
    /** If everything that was planned is sold at the price limit: the worst that is let through. */
    expected: z.strictObject({
      gross: MoneySchema,
      fee: MoneySchema,
      net: MoneySchema,
      repaid: MoneySchema,
      surplus: MoneySchema,
      owed_after: MoneySchema,
      ltv_after_percent: PercentSchema.nullable(),
      /** Owed and not covered by anything that is left. */
      shortfall: MoneySchema,
    }),
  })
  .meta({ id: "LiquidationSizing" });

export const LiquidationSchema = z
  .strictObject({
    id: z.string(),
    facility_id: z.string(),
    reference: z.string(),
    customer_id: z.string(),
    call_id: z.string().nullable(),
    state: z.enum(["planned", "moving", "selling", "returning", "done", "stopped"]),
    venue: z.string(),
    amount: MoneySchema,
    sold: MoneySchema,
    at_market: MoneySchema,
    proceeds: MoneySchema,
    repaid: MoneySchema,
    surplus: MoneySchema,
    /** Never sold below. */
    price_limit: PriceMoneySchema,
    quote: z
      .strictObject({
        /** What would arrive, net. */
        value: MoneySchema,
        fee: MoneySchema,
        price_worst: DecimalSchema,
        /** Of the asset, what the market would take; less than the amount where it is thin. */
        available: MoneySchema,
        as_of: TimeSchema,
      })
      .nullable(),
    /** Null once something was sold or it has ended, and while a price is missing. */
    sizing: SizingSchema.nullable(),
    approval: z.enum(["each", "in_advance"]),
    /** The transfer of the collateral to the market: what people approve. */
    transfer_id: z.string().nullable(),
    orders: z.array(
      z.strictObject({
        id: z.string(),
        state: z.enum(["placing", "open", "filled", "cancelled", "rejected", "held"]),
        amount: MoneySchema,
        filled: MoneySchema,
        value: MoneySchema,
        fee: MoneySchema,
        price_limit: DecimalSchema,
        venue_ref: z.string().nullable(),
        /** What the venue's movements have shown is what it says was filled. */
        matched: z.boolean(),
        note: z.string().nullable(),
        created_at: TimeSchema,
      }),
    ),
    /** What an ended sale left, and people have to see to; null: nothing, or it is on its way. */
    left: z
      .strictObject({
        /** Of the collateral: it goes on counting, and is brought home. */
        at_market: MoneySchema.nullable(),
        /** What it brought beyond the debt, of what it was sold for: it is the borrower's. */
        surplus: MoneySchema.nullable(),
        /** The address that was approved with the loan for the surplus; null: none was. */
        surplus_to: z.string().nullable(),
        sentence: z.string(),
      })
      .nullable(),
    note: z.string().nullable(),
    created_at: TimeSchema,
    updated_at: TimeSchema,
    ended_at: TimeSchema.nullable(),
  })
  .meta({ id: "Liquidation" });
export type Liquidation = z.infer<typeof LiquidationSchema>;

export const LeftoverRequestSchema = z
  .strictObject({ reason: z.string().min(1).max(500), initiator: IdSchema })
  .meta({ id: "LeftoverRequest" });
export type LeftoverRequest = z.input<typeof LeftoverRequestSchema>;
export const SurplusPaidRequestSchema = z
  .strictObject({ reference: IdSchema.describe("Of the bank or chain"), recorded_by: IdSchema })
  .meta({ id: "SurplusPaidRequest" });
export type SurplusPaidRequest = z.input<typeof SurplusPaidRequestSchema>;

export const LiquidationListSchema = z
  .strictObject({ as_of: TimeSchema, items: z.array(LiquidationSchema) })
  .meta({ id: "LiquidationList" });
export type LiquidationList = z.infer<typeof LiquidationListSchema>;
