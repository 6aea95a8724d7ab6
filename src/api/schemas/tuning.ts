/** A pool's own history for a backtest, and policies that a search in it proposes. Figures are statistics, never money that moves. */
import { z } from "zod";
import { IdSchema, TimeSchema } from "./common.ts";

const DAYS_MAX = 366;

export const OwnFlowsQuerySchema = z.strictObject({
  days: z.coerce.number().int().min(1).max(DAYS_MAX).default(42),
});

export const OwnFlowsSchema = z
  .strictObject({
    pool_id: IdSchema,
    asset: z.string(),
    liquidity: z.array(z.string()),
    policy: z.record(z.string(), z.unknown()).describe("As `policy diff` encodes it"),
    policy_digest: z.string(),
    start: TimeSchema.describe("Start of the first hour"),
    inflow: z.array(z.number()).describe("Whole units in each hour; figures of a benchmark"),
    outflow: z.array(z.number()),
    opening: z.number().describe("All of the pool at the start, as booked"),
    hot: z.number(),
    lead_up_ms: z.number().int(),
    costs: z
      .strictObject({
        exposure_share_per_year: z.number(),
        delay_share_per_hour: z.number(),
        fee_up: z.number(),
        fee_down: z.number(),
        fee_proportional: z.number(),
      })
      .nullable(),
    notes: z.array(z.string()),
  })
  .meta({ id: "OwnFlows" });
export type OwnFlows = z.infer<typeof OwnFlowsSchema>;
