/** What waits for people: the exact payload, its digest, and what each scheme signs. */
import { z } from "zod";
import { IdSchema, ModeSchema, TimeSchema } from "./common.ts";
import { PositionSchema } from "./decisions.ts";
import { QuorumSchema, signedFields } from "./signed_object.ts";
import { TransferSchema } from "./transfers.ts";

export const SchemeSchema = z.enum(["ed25519", "eip712_safe", "psbt"]).meta({ id: "Scheme" });

export const ApprovalSchema = z
  .strictObject({
    transfer: TransferSchema,
    object_kind: z.literal("transfer"),
    /** Which signature releases it. */
    scheme: SchemeSchema,
    ...signedFields,
    /** The fields of the payload, decoded, in the order they are shown. */
    fields: z.array(z.strictObject({ name: z.string(), label: z.string(), value: z.string() })),
    /** What the wallet's own owners sign (a Safe transaction, a PSBT); null when the digest itself is signed. */
    signing: z
      .strictObject({ scheme: z.enum(["eip712_safe", "psbt"]), hash: z.string(), typed_data: z.unknown() })
      .nullable(),
    /** The pool when this has landed; null when the decision is not known. */
    before: PositionSchema.nullable(),
    after: PositionSchema.nullable(),
    why: z.array(z.string()),
  })
  .meta({ id: "Approval" });
export type Approval = z.infer<typeof ApprovalSchema>;

export const ApprovalListSchema = z
  .strictObject({ as_of: TimeSchema, items: z.array(ApprovalSchema) })
  .meta({ id: "ApprovalList" });
export type ApprovalList = z.infer<typeof ApprovalListSchema>;

export const SignedVoteSchema = z
  .strictObject({
    payload: z.strictObject({
      object_kind: z.enum([
        "transfer",
        "resume",
        "resolution",
        "break",
        "envelope",
        "facility",
        "extension",
        "substitution",
        "wallet",
      ]),
      object_id: z.string().min(1).max(128),
      digest: z.string().regex(/^(0x)?[0-9a-f]{64}$/),
      vote: z.enum(["approve", "deny"]),
    }),
    person_id: z.string().min(1).max(64),
    key_id: z.string().min(1).max(128),
    scheme: SchemeSchema,
    /** A cosigner of a Bitcoin wallet signs every input. */
    signature: z.string().regex(/^(0x)?[0-9a-fA-F]{2,12800}$/),
  })
  .meta({ id: "SignedVote" });
export type SignedVoteBody = z.infer<typeof SignedVoteSchema>;

export const VoteResultSchema = z
  .strictObject({ transfer: TransferSchema, quorum: QuorumSchema })
  .meta({ id: "VoteResult" });
export type VoteResult = z.infer<typeof VoteResultSchema>;

export const SignedPsbtSchema = z
  .strictObject({
    /** A PSBT with its cosigners' signatures: base64, hex, or the letters of its QR codes (BBQr). */
    psbt: z.string().min(8).max(200_000),
    /** Who hands it in, and whose signature in it counts; with tokens, the token's own person. */
    person: IdSchema,
  })
  .meta({ id: "SignedPsbt" });

export const ImportResultSchema = z
  .strictObject({
    transfer: TransferSchema,
    quorum: QuorumSchema,
    /** People whose votes were recorded now, and those whose votes were known. */
    accepted: z.array(z.string()),
    known: z.array(z.string()),
    /** Others who signed it too: each hands it in for themselves. */
    others: z.array(z.string()),
    /** Cosigners' keys that the policy gives to nobody. */
    strangers: z.array(z.string()),
  })
  .meta({ id: "ImportResult" });
export type ImportResult = z.infer<typeof ImportResultSchema>;

export const QrPartsSchema = z
  .strictObject({
    /** The letters of each QR code (BBQr), in order; none where the transfer is not signed as a PSBT. */
    parts: z.array(z.string()),
    /** Each of them drawn: the dark modules of a square as an SVG path. */
    codes: z.array(z.strictObject({ size: z.number().int(), path: z.string() })),
    /** Base64. */
    psbt: z.string().nullable(),
  })
  .meta({ id: "QrParts" });
export type QrParts = z.infer<typeof QrPartsSchema>;

export const ModeStateSchema = z.strictObject({ mode: ModeSchema, as_of: TimeSchema }).meta({ id: "ModeState" });
export type ModeState = z.infer<typeof ModeStateSchema>;

export const ResumeModeSchema = z.enum(["observe", "advise", "auto"]).meta({ id: "ResumeMode" });
export const ResumeQuerySchema = z.strictObject({
  /** The mode before the freeze when absent. */
  mode: ResumeModeSchema.optional(),
  /** Go on although the database is older than what was signed outside it; the loss is part of what is signed. */
  accept_loss: z.enum(["true", "false"]).default("false"),
});

export const ResumeOfferSchema = z
  .strictObject({
    object_kind: z.literal("resume"),
    object_id: z.string(),
    mode: ResumeModeSchema,
    payload_text: z.string(),
    digest: z.string(),
    digest_groups: z.array(z.string()),
    vote_message: z.strictObject({ approve: z.string() }),
    /** People whose signature resumes. */
    eligible: z.array(z.string()),
  })
  .meta({ id: "ResumeOffer" });
export type ResumeOffer = z.infer<typeof ResumeOfferSchema>;

export const ResumeRequestSchema = z
  .strictObject({ mode: ResumeModeSchema, vote: SignedVoteSchema })
  .meta({ id: "ResumeRequest" });
