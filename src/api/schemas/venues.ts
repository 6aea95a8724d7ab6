/** Venues as operators see them: what they can do, how their lines have been, and a try of the reading calls. */
import { z } from "zod";
import { TimeSchema } from "./common.ts";

const Duration = z.number().int().nonnegative();
const Ppm = z.number().int().min(0).max(1_000_000);

export const VenueSchema = z
  .strictObject({
    id: z.string(),
    type: z.string(),
    state: z
      .enum(["ok", "degraded", "down", "unknown"])
      .describe("down: it does not answer and is left alone; degraded: it fails in part, or a wallet of it is stale"),
    /** Why it is not ok; null when it is. */
    reason: z.string().nullable(),
    wallets: z.number().int(),
    wallets_stale: z.number().int().describe("Wallets whose balance is older than their limit, or never read"),
    /** When every wallet was last read: the oldest of their last reads; null while one was never read. */
    last_full_sync_at: TimeSchema.nullable(),
    health: z
      .strictObject({
        requests: z.number().int(),
        latency_p50_ms: Duration.nullable(),
        latency_p99_ms: Duration.nullable(),
        error_ppm: Ppm,
        last_success_at: TimeSchema.nullable(),
        last_failure_at: TimeSchema.nullable(),
        last_failure: z.string().nullable(),
        breaker: z.enum(["closed", "open", "half_open"]),
        retry_in_ms: Duration,
        budget_left_ppm: Ppm.nullable(),
        clock_skew_ms: z.number().int().nullable(),
        credentials_expire_at: TimeSchema.nullable(),
      })
      .nullable(),
    capabilities: z.strictObject({
      idempotency: z.enum(["none", "key", "signed_transaction"]),
      lookup_by_reference: z.boolean(),
      list_movements: z.boolean(),
      cancel: z.boolean(),
      push: z.boolean(),
      webhooks: z.boolean(),
      approval_stage: z.boolean(),
      creates_wallets: z.boolean(),
      orders: z.boolean(),
      second_reader: z.boolean(),
      finality: z.string(),
      networks: z.array(z.string()),
    }),
  })
  .meta({ id: "Venue" });
export type VenueView = z.infer<typeof VenueSchema>;

export const VenueListSchema = z
  .strictObject({ as_of: TimeSchema, items: z.array(VenueSchema) })
  .meta({ id: "VenueList" });
export type VenueList = z.infer<typeof VenueListSchema>;

export const VenueExerciseSchema = z
  .strictObject({
    venue: z.string(),
    steps: z.array(
      z.strictObject({
        call: z.enum([
          "verify",
          "list_wallets",
          "balance",
          "address",
          "fee_estimate",
          "submit",
          "find",
          "list_movements",
        ]),
        outcome: z.enum(["ok", "failed", "unsupported", "skipped"]),
        code: z.string().nullable(),
        detail: z.string(),
        duration_ms: Duration,
      }),
    ),
  })
  .meta({ id: "VenueExercise" });
export type VenueExercise = z.infer<typeof VenueExerciseSchema>;
