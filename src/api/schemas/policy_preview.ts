/** What an edited policy would do, and whether a recorded decision can be made again. Nothing is recorded and nothing moves. */
import { z } from "zod";
import { MoneySchema, TimeSchema } from "./common.ts";
import { DecisionSchema } from "./decisions.ts";

const DifferenceSchema = z.strictObject({
  path: z.string(),
  /** As JSON; null where there is none. */
  recorded: z.string().nullable(),
  replayed: z.string().nullable(),
});

export const ReplaySchema = z
  .strictObject({
    id: z.string(),
    policy_digest: z.string(),
    /** The recorded snapshot and policy lead to the recorded decision, bit for bit. */
    matches: z.boolean(),
    differences: z.array(DifferenceSchema),
  })
  .meta({ id: "Replay" });
export type ReplayView = z.infer<typeof ReplaySchema>;

const POOLS_MAX = 100;

export const PolicyPreviewRequestSchema = z
  .strictObject({
    /** Pool policies as `policy diff` encodes them: base units as strings. */
    policies: z.array(z.record(z.string(), z.unknown())).min(1).max(POOLS_MAX),
    days: z.number().int().min(1).max(90).default(30),
  })
  .meta({ id: "PolicyPreviewRequest" });

const ActivitySchema = z.strictObject({
  moving: z.number().int(),
  blocked: z.number().int(),
  to_liquidity: MoneySchema,
  to_reserve: MoneySchema,
  fees: MoneySchema,
});

export const PolicyPreviewSchema = z
  .strictObject({
    as_of: TimeSchema,
    pools: z.array(
      z.strictObject({
        pool_id: z.string(),
        digest: z.string(),
        new_digest: z.string(),
        changes: z.array(DifferenceSchema),
        now: z.strictObject({ differs: z.boolean(), current: DecisionSchema, proposed: DecisionSchema }),
        past: z.strictObject({
          since: TimeSchema,
          /** Recorded snapshots looked at; an unchanged decision is recorded once, however often it was made. */
          snapshots: z.number().int(),
          unreadable: z.number().int(),
          /** Snapshots that got the forecast which the edited policy would have had then. */
          forecasts_rebuilt: z.number().int(),
          changed: z.number().int(),
          current: ActivitySchema,
          proposed: ActivitySchema,
          examples: z.array(z.strictObject({ at: TimeSchema, current: z.string(), proposed: z.string() })),
        }),
      }),
    ),
  })
  .meta({ id: "PolicyPreview" });
export type PolicyPreview = z.infer<typeof PolicyPreviewSchema>;
