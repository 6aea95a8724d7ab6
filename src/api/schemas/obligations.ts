/** Known payments: settlements, payouts, margin deadlines. */
import { z } from "zod";
import { DecimalSchema, IdSchema, MoneySchema, TimeSchema } from "./common.ts";

const DirectionSchema = z.enum(["in", "out"]).describe("out: it has to be paid; in: it is expected, and funds nothing");

export const ObligationRequestSchema = z
  .strictObject({
    pool_id: IdSchema,
    direction: DirectionSchema.default("out"),
    /** Of the pool's asset, like "25000.00". */
    amount: DecimalSchema,
    due_at: TimeSchema,
    what: z.string().min(1).max(200).describe("In people's words: what it is for"),
    source: z.string().min(1).max(100).default("manual").describe("Who knows of it: a system, a contract, a desk"),
    reference: z
      .string()
      .min(1)
      .max(200)
      .nullable()
      .default(null)
      .describe("Hash or reference of the movement that will meet it; without one, amount and time decide"),
    payee: IdSchema.nullable()
      .default(null)
      .describe("Registered payee; where the pool pays large ones straight from custody, this is where to"),
  })
  .meta({ id: "ObligationRequest" });
export type ObligationRequest = z.input<typeof ObligationRequestSchema>;

export const ObligationSchema = z
  .strictObject({
    id: z.string(),
    pool_id: z.string(),
    direction: DirectionSchema,
    amount: MoneySchema,
    due_at: TimeSchema,
    what: z.string(),
    source: z.string(),
    reference: z.string().nullable(),
    state: z.enum(["open", "met", "overdue", "cancelled"]),
    created_at: TimeSchema,
    created_by: z.string(),
    ended_at: TimeSchema.nullable(),
    /** `wallet/movement` or transfer that met it, or why it was cancelled. */
    note: z.string().nullable(),
    payee: z.string().nullable(),
    /** How it is paid: by its size and the pool's policy of now, or by the transfer that pays it. */
    way: z.enum(["liquidity", "custody"]),
    /** `custody`: the transfer that pays it, or paid it. */
    transfer_id: z.string().nullable(),
    /** `custody`: when people are asked for it, and the time declared for it; null: no such time is declared. */
    asked_at: TimeSchema.nullable(),
    declared_ms: z.number().int().nullable(),
  })
  .meta({ id: "Obligation" });
export type Obligation = z.infer<typeof ObligationSchema>;

export const ObligationQuerySchema = z.strictObject({
  pool_id: IdSchema.optional(),
  state: z.enum(["open", "met", "overdue", "cancelled", "all"]).default("open"),
});

export const ObligationListSchema = z
  .strictObject({
    as_of: TimeSchema,
    /** First due first; at most 500. */
    items: z.array(ObligationSchema),
  })
  .meta({ id: "ObligationList" });
export type ObligationList = z.infer<typeof ObligationListSchema>;
