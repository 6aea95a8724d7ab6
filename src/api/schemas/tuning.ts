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

const FiguresSchema = z
  .strictObject({
    cost: z.number(),
    hindsight_cost: z.number(),
    exposure_cost: z.number(),
    delay_cost: z.number(),
    fee_cost: z.number(),
    stockout_hours: z.number(),
    mean_hot: z.number(),
    moves_up: z.number().int(),
    moves_down: z.number().int(),
  })
  .describe("What a backtest on the pool's own flows says, in whole units of its asset");

export const PolicyProposalSchema = z
  .strictObject({
    id: IdSchema,
    pool_id: z.string(),
    asset: z.string(),
    state: z.enum(["open", "accepted", "dismissed", "overtaken"]),
    name: z.string(),
    sentence: z.string(),
    from_digest: z.string(),
    to_digest: z.string(),
    policy: z.record(z.string(), z.unknown()).describe("As `policy diff` encodes it"),
    yaml: z.string().describe("The lines to edit the pool's entry with"),
    period: z.strictObject({ from: TimeSchema, to: TimeSchema }),
    tried: z.number().int(),
    current: FiguresSchema,
    proposed: FiguresSchema,
    created_at: TimeSchema,
    ended_at: TimeSchema.nullable(),
    ended_by: z.string().nullable(),
    note: z.string().nullable(),
  })
  .meta({ id: "PolicyProposal" });
export type PolicyProposal = z.infer<typeof PolicyProposalSchema>;

export const PolicyProposalListSchema = z
  .strictObject({ as_of: TimeSchema, items: z.array(PolicyProposalSchema) })
  .meta({ id: "PolicyProposalList" });
export type PolicyProposalList = z.infer<typeof PolicyProposalListSchema>;

export const PolicyProposalMarkSchema = z
  .strictObject({ mark: z.enum(["accepted", "dismissed"]), note: z.string().min(1).max(500) })
  .meta({ id: "PolicyProposalMark" });
