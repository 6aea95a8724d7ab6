/** Flows of customers that a back office announces before they happen. */
import { z } from "zod";
import { DecimalSchema, IdSchema, MoneySchema, TimeSchema } from "./common.ts";

const DirectionSchema = z.enum(["in", "out"]).describe("out: a customer is paid; in: a customer pays in");
const StateSchema = z
  .enum(["open", "matched", "missed", "late"])
  .describe("late: its movement was listed before it was announced, so that it explains nothing by itself");

export const ExpectedFlowRequestSchema = z
  .strictObject({
    wallet_id: IdSchema,
    reference: z
      .string()
      .min(1)
      .max(200)
      .describe(
        "The back office's own name of it; the same one of a wallet is the same flow, however often it is sent",
      ),
    direction: DirectionSchema.default("out"),
    /** Of the wallet's asset, like "25000.00", without the network's fee. */
    amount: DecimalSchema,
    destination: z
      .string()
      .min(1)
      .max(200)
      .nullable()
      .default(null)
      .describe("Where it is paid to, as the venue writes it"),
    tx_hash: z.string().min(1).max(200).nullable().default(null).describe("Where it is known already"),
    from: TimeSchema.nullable().default(null).describe("Not before; default: an hour ago"),
    until: TimeSchema.nullable()
      .default(null)
      .describe("Not after; default: a day later, at most 30 days after `from`"),
  })
  .meta({ id: "ExpectedFlowRequest" });
export type ExpectedFlowRequest = z.input<typeof ExpectedFlowRequestSchema>;

export const ExpectedFlowSchema = z
  .strictObject({
    id: z.string(),
    wallet_id: z.string(),
    reference: z.string(),
    direction: DirectionSchema,
    amount: MoneySchema,
    destination: z.string().nullable(),
    tx_hash: z.string().nullable(),
    from: TimeSchema,
    until: TimeSchema,
    state: StateSchema,
    /** Its movement in the wallet; null while there is none. */
    movement_id: z.string().nullable(),
    created_at: TimeSchema,
    created_by: z.string(),
    ended_at: TimeSchema.nullable(),
  })
  .meta({ id: "ExpectedFlow" });
export type ExpectedFlow = z.infer<typeof ExpectedFlowSchema>;

export const ExpectedFlowQuerySchema = z.strictObject({
  wallet_id: IdSchema.optional(),
  reference: z.string().min(1).max(200).optional(),
  state: z.enum(["open", "matched", "missed", "late", "all"]).default("open"),
});

export const ExpectedFlowListSchema = z
  .strictObject({
    as_of: TimeSchema,
    /** Newest first; at most 500. */
    items: z.array(ExpectedFlowSchema),
  })
  .meta({ id: "ExpectedFlowList" });
export type ExpectedFlowList = z.infer<typeof ExpectedFlowListSchema>;
