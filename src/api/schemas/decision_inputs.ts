/** What a decision stood on beside the balances: what was on its way, the price, the forecast. */
import { z } from "zod";
import { MoneySchema, PriceSchema, TimeSchema } from "./common.ts";

const ModelOutcomeSchema = z.strictObject({
  name: z.string(),
  low: MoneySchema,
  target: MoneySchema,
  high: MoneySchema,
  /** Where a move to custody stops. */
  sweep_to: MoneySchema,
  /** False while a run is on. */
  may_sweep: z.boolean(),
  because: z.array(z.string()),
});

export const DecisionInputsSchema = z
  .strictObject({
    in_flight: z.array(
      z.strictObject({
        transfer_id: z.string(),
        from_label: z.string(),
        to_label: z.string(),
        amount: MoneySchema,
        state: z.string(),
        created_at: TimeSchema,
      }),
    ),
    price: PriceSchema.nullable(),
    /** Null where no level and no model needs one. */
    forecast: z
      .strictObject({
        as_of: TimeSchema,
        observed_hours: z.number(),
        needed_hours: z.number(),
        lead_time_ms: z.number(),
        /** Outflow that is not exceeded with this probability, in parts per million, over the horizon; null: the lead time. */
        covers: z.array(
          z.strictObject({ horizon_ms: z.number().nullable(), quantile_ppm: z.number(), outflow: MoneySchema }),
        ),
        /** Levels that the pool's model made of it, live or in the shadow. */
        model: ModelOutcomeSchema.nullable(),
        model_mode: z.enum(["live", "shadow"]).nullable(),
      })
      .nullable(),
  })
  .meta({ id: "DecisionInputs" });
export type DecisionInputs = z.infer<typeof DecisionInputsSchema>;
