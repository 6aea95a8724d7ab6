/** Breaks: differences that nothing explains, and proposals of people to close one. */
import { z } from "zod";
import { IdSchema, MoneySchema, TimeSchema } from "./common.ts";
import { evidenceFields, ProposalStateSchema, ProposerSchema, proposalFields } from "./signed_object.ts";

export const BreakKindSchema = z.enum(["movement", "balance", "chain"]).meta({
  id: "BreakKind",
  description:
    "movement: nobody of ours made it; balance: no movement explains it; chain: the venue and the chain differ",
});

export const BreakRemedySchema = z.enum(["fee", "suspense", "customer", "written_off", "transfer"]).meta({
  id: "BreakRemedy",
  description: "Where the difference is booked; transfer: the movement belongs to that transfer",
});

export const BreakResolutionRequestSchema = z
  .strictObject({
    remedy: BreakRemedySchema,
    transfer_id: IdSchema.nullable().default(null).describe("With the remedy transfer only"),
    ...evidenceFields,
    proposed_by: ProposerSchema,
  })
  .meta({ id: "BreakResolutionRequest" });
export type BreakResolutionRequest = z.input<typeof BreakResolutionRequestSchema>;

export const BreakResolutionSchema = z
  .strictObject({
    object_kind: z.literal("break"),
    break_id: z.string(),
    wallet_id: z.string(),
    label: z.string(),
    difference: MoneySchema,
    state: ProposalStateSchema,
    remedy: BreakRemedySchema,
    transfer_id: z.string().nullable(),
    evidence: z.string(),
    references: z.array(z.string()),
    /** The correcting entry; null before it, and with the remedy transfer. */
    posting_id: z.string().nullable(),
    ...proposalFields,
  })
  .meta({ id: "BreakResolution" });
export type BreakResolution = z.infer<typeof BreakResolutionSchema>;

export const BreakResolutionListSchema = z
  .strictObject({ as_of: TimeSchema, items: z.array(BreakResolutionSchema) })
  .meta({ id: "BreakResolutionList" });
export type BreakResolutionList = z.infer<typeof BreakResolutionListSchema>;

export const BreakSchema = z
  .strictObject({
    id: z.string(),
    wallet_id: z.string(),
    label: z.string(),
    asset: z.string(),
    kind: BreakKindSchema,
    state: z.enum(["open", "closed"]),
    difference: MoneySchema.describe(
      "Signed: what the venue has more than it should; kind chain: the chain more than the venue",
    ),
    /** Sentence of the most likely cause. */
    cause: z.string(),
    /** Ranked, most likely first. */
    causes: z.array(
      z.strictObject({
        code: z.enum([
          "outflow_without_transfer",
          "unknown_deposit",
          "fee_of_transfer",
          "late_settle",
          "paid_twice",
          "unlisted_outflow",
          "unlisted_inflow",
          "venue_differs_from_chain",
        ]),
        sentence: z.string(),
        ref: z.string().nullable().describe("Transfer or movement it speaks of"),
      }),
    ),
    /** With kind movement. */
    movement: z
      .strictObject({
        id: z.string(),
        direction: z.enum(["in", "out"]),
        amount: MoneySchema,
        fee: MoneySchema,
        counterparty: z.string().nullable(),
        reference: z.string().nullable(),
        tx_hash: z.string().nullable(),
        at: TimeSchema,
      })
      .nullable(),
    freezes: z.boolean().describe("True while it stops new moves of its asset"),
    opened_at: TimeSchema,
    last_seen_at: TimeSchema,
    closed_at: TimeSchema.nullable(),
    age_ms: z.number().int().describe("From its opening until now or its end"),
    closed_by: z.enum(["matched", "agreed", "resolved"]).nullable(),
    /** The proposal that waits, or the one that closed it. */
    resolution: BreakResolutionSchema.nullable(),
  })
  .meta({ id: "Break" });
export type Break = z.infer<typeof BreakSchema>;

export const BreakQuerySchema = z.strictObject({
  state: z.enum(["open", "closed", "all"]).default("open"),
  asset: z.string().min(1).max(64).optional(),
});

export const BreakListSchema = z
  .strictObject({
    as_of: TimeSchema,
    /** Oldest first while open, else newest first; at most 500. */
    items: z.array(BreakSchema),
    /** Assets of which nothing new is submitted because of breaks. */
    frozen_assets: z.array(z.string()),
    /** Up to which size of open breaks an asset goes on, by asset. */
    tolerances: z.array(MoneySchema),
  })
  .meta({ id: "BreakList" });
export type BreakList = z.infer<typeof BreakListSchema>;
