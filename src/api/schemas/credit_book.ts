/** Lending as a whole: prices with their sources, the loan book, and what a fall would do to it. */
import { z } from "zod";
import { IdSchema, MoneySchema, PercentSchema, PriceMoneySchema, TimeSchema } from "./common.ts";
import { LtvSchema } from "./credit.ts";

export const CreditPriceSchema = z
  .strictObject({
    asset: z.string(),
    currency: z.string(),
    status: z.enum(["fresh", "stale", "unavailable"]),
    /** What it may set off. */
    trust: z.enum(["act", "warn", "unknown"]),
    doubt: z.string().nullable(),
    /** Of one whole asset, low; null when there is none. */
    price: PriceMoneySchema.nullable(),
    as_of: TimeSchema.nullable(),
    age_ms: z.number().int().nullable(),
    spread_percent: PercentSchema.nullable(),
    sources: z.array(
      z.strictObject({
        id: z.string(),
        price: PriceMoneySchema.nullable(),
        as_of: TimeSchema.nullable(),
        age_ms: z.number().int().nullable(),
        /** It repeats itself while others move, and is left out. */
        frozen: z.boolean(),
      }),
    ),
  })
  .meta({ id: "CreditPrice" });
export const CreditPriceListSchema = z
  .strictObject({ as_of: TimeSchema, items: z.array(CreditPriceSchema) })
  .meta({ id: "CreditPriceList" });
export type CreditPriceList = z.infer<typeof CreditPriceListSchema>;

const StagesSchema = z.strictObject({
  sound: z.number().int(),
  initial: z.number().int(),
  warning: z.number().int(),
  margin_call: z.number().int(),
  liquidation: z.number().int(),
});

export const PortfolioSchema = z
  .strictObject({
    as_of: TimeSchema,
    currency: z.string(),
    /** False while a price that counts is not trusted: then these are figures of the last price. */
    trusted: z.boolean(),
    facilities: z.number().int(),
    owed: MoneySchema,
    value: MoneySchema,
    ltv: LtvSchema,
    classes: z.array(
      z.strictObject({ up_to_percent: z.number().int().nullable(), facilities: z.number().int(), owed: MoneySchema }),
    ),
    at_level: StagesSchema.omit({ sound: true }),
    customers: z.array(z.strictObject({ customer_id: z.string(), owed: MoneySchema, share_percent: PercentSchema })),
    assets: z.array(z.strictObject({ amount: MoneySchema, value: MoneySchema })),
    /** Sum of the squared shares of the customers: near 0 where it is spread thin, 100 where one owes all of it. */
    concentration_percent: PercentSchema,
    /** How the watching stands. */
    watch: z.strictObject({
      watched: z.number().int(),
      /** Facilities that cannot be judged until a price is trusted. */
      deferred: z.number().int(),
      rescanned_at: TimeSchema.nullable(),
      rescanned: z.number().int(),
      /** Always 0. */
      mismatches: z.number().int(),
    }),
  })
  .meta({ id: "CreditPortfolio" });
export type CreditPortfolio = z.infer<typeof PortfolioSchema>;

export const CreditQuerySchema = z.strictObject({ currency: z.string().max(64).optional() });

export const ShockRequestSchema = z
  .strictObject({
    currency: z.string().max(64).optional(),
    /** A price path of the stress tests, or a fall of one's own. */
    scenario: IdSchema.optional(),
    assets: z.array(z.string()).max(50).optional().describe("What falls; default: every collateral asset"),
    to_percent: z.number().min(0.0001).max(1000).optional().describe("Of the price now"),
    fall_hours: z.number().min(0).max(8_784).default(24),
    points: z.number().int().min(1).max(200).default(24),
  })
  .meta({ id: "CreditShockRequest" });
export type ShockRequest = z.input<typeof ShockRequestSchema>;

export const ShockSchema = z
  .strictObject({
    as_of: TimeSchema,
    currency: z.string(),
    title: z.string(),
    /** From the prices of now, before anybody acts; the last point is the bottom. */
    points: z.array(
      z.strictObject({
        hours: z.number(),
        price_percent: PercentSchema,
        owed: MoneySchema,
        value: MoneySchema,
        stages: StagesSchema,
        to_liquidate: MoneySchema,
        /** What sales at that price would leave unpaid. */
        expected_shortfall: MoneySchema,
        under_water: z.number().int(),
      }),
    ),
  })
  .meta({ id: "CreditShock" });
export type CreditShock = z.infer<typeof ShockSchema>;
