/** Proposals of people to end a held transfer: the exact terms, their digest, and what is signed. */
import { z } from "zod";
import { DecimalSchema, IdSchema, TimeSchema } from "./common.ts";
import { QuorumSchema, TransferSchema } from "./transfers.ts";

export const ResolutionOutcomeSchema = z.enum(["submitted", "settled", "failed"]).meta({ id: "ResolutionOutcome" });

const ReferenceSchema = z.string().min(1).max(300);

export const ResolutionRequestSchema = z
  .strictObject({
    outcome: ResolutionOutcomeSchema.describe("submitted: follow it again; settled: it arrived; failed: nothing moved"),
    evidence: z.string().min(1).max(2_000),
    references: z.array(ReferenceSchema).max(10).default([]),
    venue_ref: ReferenceSchema.nullable().default(null),
    tx_hash: ReferenceSchema.nullable().default(null),
    amount_received: DecimalSchema.nullable().default(null).describe("settled: delivered, net"),
    fee: DecimalSchema.nullable().default(null).describe("settled: taken beside the amount"),
    /** Who proposes it and can therefore not approve it; with tokens, the token's own person. */
    proposed_by: IdSchema,
  })
  .meta({ id: "ResolutionRequest" });
export type ResolutionRequest = z.input<typeof ResolutionRequestSchema>;

export const ResolutionSchema = z
  .strictObject({
    transfer: TransferSchema,
    object_kind: z.literal("resolution"),
    object_id: z.string(),
    state: z.enum(["open", "applied", "denied", "expired", "overtaken"]),
    outcome: ResolutionOutcomeSchema,
    evidence: z.string(),
    proposed_by: z.string(),
    /** Canonical JSON (RFC 8785); `digest` is SHA-256 over `tidegate/resolution/v1\n` and this text. */
    payload_text: z.string(),
    digest: z.string(),
    digest_groups: z.array(z.string()),
    /** UTF-8 text whose bytes an Ed25519 key signs, by vote. */
    vote_message: z.strictObject({ approve: z.string(), deny: z.string() }),
    quorum: QuorumSchema,
    expires_at: TimeSchema,
  })
  .meta({ id: "Resolution" });
export type Resolution = z.infer<typeof ResolutionSchema>;

export const ResolutionListSchema = z
  .strictObject({ as_of: TimeSchema, items: z.array(ResolutionSchema) })
  .meta({ id: "ResolutionList" });
export type ResolutionList = z.infer<typeof ResolutionListSchema>;
