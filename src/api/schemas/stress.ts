/** Stress tests: a scenario under the live policy, on a copy. */
import { z } from "zod";
import { APPROVAL_HOURS_MAX, CURVE_STEPS_MAX, HOURS_MAX } from "../../stress/index.ts";
import { IdSchema, MoneySchema } from "./common.ts";

const RUNS_MAX = 200;
const SEED_MAX = 4_294_967_295;
const PPM_MAX = 1_000_000;

const HourSpanSchema = z.strictObject({
  from_hour: z.number().int().min(0).max(HOURS_MAX),
  hours: z.number().int().min(1).max(HOURS_MAX),
});

/** A scenario of one's own. Shares are parts per million of what the pool holds. */
export const CustomScenarioSchema = z
  .strictObject({
    title: z.string().max(200).default("Custom scenario"),
    step_hours: z.number().int().min(1).max(HOURS_MAX).default(1),
    /** Cumulative net outflow at the end of each step. */
    curve_ppm: z.array(z.number().int()).min(1).max(CURVE_STEPS_MAX),
    approval_hours: z.number().int().min(0).max(APPROVAL_HOURS_MAX).default(4),
    custody_outage: HourSpanSchema.nullable().default(null),
    rails_closed: HourSpanSchema.nullable().default(null),
    stuck_ppm: z.number().int().min(0).max(PPM_MAX).default(0),
    stolen_ppm: z.number().int().min(0).max(PPM_MAX).default(0),
    stolen_from: z.enum(["liquidity", "reserve"]).default("reserve"),
    fee_times: z.number().min(0).max(10_000).default(1),
    price_shock: z
      .strictObject({
        /** Null: the pool's own asset. */
        asset: z.string().max(32).nullable().default(null),
        to_ppm: z.number().int().min(1),
        fall_hours: z.number().int().min(1).max(HOURS_MAX),
        recover_hours: z.number().int().min(1).max(HOURS_MAX).nullable().default(null),
      })
      .nullable()
      .default(null),
  })
  .meta({ id: "CustomScenario" });
export type CustomScenario = z.infer<typeof CustomScenarioSchema>;

export const StressRequestSchema = z
  .strictObject({
    /** Id of a scenario that ships with Tidegate, or one of your own. */
    scenario: z.union([z.string().min(1).max(64), CustomScenarioSchema]),
    /** Absent: every pool, one after the other. */
    pool_id: IdSchema.optional(),
    /** Absent: the scenario's own. */
    approval_hours: z.number().int().min(0).max(APPROVAL_HOURS_MAX).optional(),
    monte_carlo: z
      .strictObject({
        runs: z.number().int().min(1).max(RUNS_MAX),
        seed: z.number().int().min(0).max(SEED_MAX).default(1),
      })
      .optional(),
  })
  .meta({ id: "StressRequest" });
export type StressRequest = z.infer<typeof StressRequestSchema>;

const ScenarioSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  curve_kind: z.enum(["measured", "fitted", "synthetic", "custom"]),
  provenance: z.string(),
  hours: z.number().int(),
  approval_hours: z.array(z.number().int()),
});

export const ScenarioListSchema = z.strictObject({ items: z.array(ScenarioSchema) }).meta({ id: "ScenarioList" });
export type ScenarioList = z.infer<typeof ScenarioListSchema>;

const SidesSchema = z.strictObject({ liquidity: MoneySchema, reserve: MoneySchema, total: MoneySchema });
const ShareSchema = z.number().int().min(0).max(PPM_MAX).describe("Parts per million");

export const StressSchema = z
  .strictObject({
    /** Always true: nothing was moved and nothing was recorded. */
    simulation: z.literal(true),
    scenario: ScenarioSchema,
    pools: z.array(
      z.strictObject({
        pool_id: z.string(),
        sentence: z.string(),
        approval_hours: z.number().int(),
        hours: z.number().int(),
        start: SidesSchema,
        end: SidesSchema,
        /** First hour in which customers could not be paid in full; null: never. */
        hours_to_empty: z.number().int().nullable(),
        stockout_hours: z.number().int(),
        longest_stockout_hours: z.number().int(),
        peak_queue: MoneySchema,
        unpaid: MoneySchema,
        asked: MoneySchema,
        served_1h_ppm: ShareSchema,
        served_24h_ppm: ShareSchema,
        moves: z.number().int(),
        fees: MoneySchema,
        /** The way there, in at most 500 steps of whole hours: the least liquidity and the longest queue within each. */
        path: z.array(z.strictObject({ hour: z.number().int(), liquidity: MoneySchema, waiting: MoneySchema })),
        /** Moves that the policy would have started, the first 200. */
        trips: z.array(
          z.strictObject({
            hour: z.number().int(),
            /** When it would land unless custody is out. */
            lands_hour: z.number().int(),
            direction: z.enum(["to_reserve", "to_liquidity", "to_payee", "within"]),
            amount: MoneySchema,
            needs_approval: z.boolean(),
          }),
        ),
        /** Least liquidity at the start with which nobody waits, sweeps held back; null: not even all of it. */
        least_hot: MoneySchema.nullable(),
        /** Longest approval with which nobody waits; null: not even none. */
        longest_approval_hours: z.number().int().nullable(),
        /** True when the longest time that was tried still survives. */
        longest_approval_at_least: z.boolean(),
        monte_carlo: z
          .strictObject({
            runs: z.number().int(),
            survived_ppm: ShareSchema,
            stockout_hours_p50: z.number().int(),
            stockout_hours_p95: z.number().int(),
            peak_queue_p50: MoneySchema,
            peak_queue_p95: MoneySchema,
            hours_to_empty_p05: z.number().int().nullable(),
          })
          .nullable(),
      }),
    ),
  })
  .meta({ id: "Stress" });
export type Stress = z.infer<typeof StressSchema>;
