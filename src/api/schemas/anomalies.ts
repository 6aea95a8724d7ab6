/** What the detectors found, and what it stopped. */
import { z } from "zod";
import { IdSchema, TimeSchema } from "./common.ts";

export const StopSchema = z
  .strictObject({
    pool_id: z.string(),
    what: z
      .enum(["sweeps", "asset"])
      .describe("sweeps: automatic moves to custody; asset: every new move of the asset"),
    asset: z.string(),
    reason: z.string(),
    since: TimeSchema,
  })
  .meta({ id: "AnomalyStop" });

export const AnomalyListSchema = z
  .strictObject({
    as_of: TimeSchema,
    /** What findings stop now, until a person lifts it. */
    stops: z.array(StopSchema),
    /** Newest first, at most 100; what the same detector found again on the same subject is one, said by its newest. */
    findings: z.array(
      z.strictObject({
        at: TimeSchema,
        first_at: TimeSchema,
        times: z.number().int().describe("How often it was found since first_at"),
        subject: z.string(),
        pool_id: z.string(),
        detector: z.string(),
        severity: z.string(),
        action: z.string(),
        observed: z.string(),
        expected: z.string(),
        limit: z.string(),
        sentence: z.string(),
      }),
    ),
  })
  .meta({ id: "AnomalyList" });
export type AnomalyList = z.infer<typeof AnomalyListSchema>;

export const LiftRequestSchema = z
  .strictObject({ pool_id: IdSchema, what: z.enum(["sweeps", "asset"]), reason: z.string().min(1).max(500) })
  .meta({ id: "LiftRequest" });
export type LiftRequest = z.infer<typeof LiftRequestSchema>;
