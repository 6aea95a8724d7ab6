/** Parts that every resource shares: instants, amounts, pages, problems. Amounts are decimal strings with their asset. */
import { z } from "zod";

/** RFC 3339 in UTC with milliseconds, e.g. `2026-11-21T14:02:11.000Z`. */
export const TimeSchema = z.iso.datetime().describe("RFC 3339, UTC");

/** A plain decimal string; never a JSON number. */
export const DecimalSchema = z
  .string()
  .regex(/^-?\d{1,78}(\.\d{1,30})?$/)
  .describe("Decimal string");

/** Per cent as a decimal string: "36.4000". */
export const PercentSchema = DecimalSchema.describe("Per cent as a decimal string");

export const MoneySchema = z
  .strictObject({ amount: DecimalSchema, asset: z.string() })
  .meta({ id: "Money", description: "An amount of one asset, with all of the asset's decimals" });
export type Money = z.infer<typeof MoneySchema>;

export const PriceMoneySchema = z
  .strictObject({ amount: DecimalSchema, asset: z.string() })
  .meta({ id: "PriceMoney", description: "What one whole asset costs: six significant digits at least" });

export const IdSchema = z.string().min(1).max(128);

/** Longest page of any list. */
export const PAGE_LIMIT_MAX = 500;
export const PAGE_LIMIT_DEFAULT = 50;

/** Query parameters of every list. */
export const PageQuerySchema = z.strictObject({
  cursor: z.string().min(1).max(512).optional().describe("next_cursor of the page before"),
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT),
});

/** One page of `item`, newest first. */
export function pageOf<T extends z.ZodType>(item: T, id: string) {
  return z
    .strictObject({ items: z.array(item), has_more: z.boolean(), next_cursor: z.string().nullable() })
    .meta({ id });
}

export const ModeSchema = z.enum(["observe", "advise", "auto", "frozen"]).meta({ id: "Mode" });
export const FreshnessSchema = z.enum(["fresh", "stale", "unknown"]).meta({ id: "Freshness" });
export const SideSchema = z.enum(["liquidity", "reserve"]).meta({ id: "Side" });
export const SeveritySchema = z.enum(["normal", "urgent", "emergency"]).meta({ id: "Severity" });
/** Who caused it, in the operators' words. */
export const OperationTypeSchema = z
  .enum(["Manual", "Auto-Pilot", "Stress test", "Emergency"])
  .meta({ id: "OperationType" });

/** RFC 9457, with a stable code. */
export const ProblemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string().describe("Stable, snake_case"),
    detail: z.string().describe("A sentence a person can act on"),
    instance: z.string(),
    request_id: z.string(),
    /** What kind of failure it is; decides the exit code of the command line. */
    kind: z.enum([
      "usage",
      "invalid",
      "not_found",
      "conflict",
      "denied",
      "needs_approval",
      "stale",
      "unavailable",
      "internal",
    ]),
    retryable: z.boolean(),
    facts: z.record(z.string(), z.unknown()),
    errors: z.array(z.strictObject({ pointer: z.string(), detail: z.string() })),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof ProblemSchema>;

export const PriceSchema = z
  .strictObject({
    asset: z.string(),
    currency: z.string(),
    status: z.enum(["fresh", "stale", "unavailable"]),
    price: DecimalSchema.nullable(),
    as_of: TimeSchema.nullable(),
    sources: z.number().int(),
    spread_percent: PercentSchema.nullable(),
  })
  .meta({ id: "Price" });
