/** Proposals of people to end a held transfer: the exact terms, their digest, and what is signed. */
import { z } from "zod";
import { DecimalSchema, TimeSchema } from "./common.ts";
import {
  evidenceFields,
  ProposalStateSchema,
  ProposerSchema,
  proposalFields,
  ReferenceSchema,
} from "./signed_object.ts";
import { TransferSchema } from "./transfers.ts";

export const ResolutionOutcomeSchema = z.enum(["submitted", "settled", "failed"]).meta({ id: "ResolutionOutcome" });

export const ResolutionRequestSchema = z
  .strictObject({
    outcome: ResolutionOutcomeSchema.describe("submitted: follow it again; settled: it arrived; failed: nothing moved"),
    ...evidenceFields,
    venue_ref: ReferenceSchema.nullable().default(null),
    tx_hash: ReferenceSchema.nullable().default(null),
    amount_received: DecimalSchema.nullable().default(null).describe("settled: delivered, net"),
    fee: DecimalSchema.nullable().default(null).describe("settled: taken beside the amount"),
    proposed_by: ProposerSchema,
  })
  .meta({ id: "ResolutionRequest" });
export type ResolutionRequest = z.input<typeof ResolutionRequestSchema>;

export const ResolutionSchema = z
  .strictObject({
    transfer: TransferSchema,
    object_kind: z.literal("resolution"),
    state: ProposalStateSchema,
    outcome: ResolutionOutcomeSchema,
    evidence: z.string(),
    ...proposalFields,
  })
  .meta({ id: "Resolution" });
export type Resolution = z.infer<typeof ResolutionSchema>;

export const ResolutionListSchema = z
  .strictObject({ as_of: TimeSchema, items: z.array(ResolutionSchema) })
  .meta({ id: "ResolutionList" });
export type ResolutionList = z.infer<typeof ResolutionListSchema>;
