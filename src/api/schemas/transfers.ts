/** Transfers: the list, one with its timeline and postings, and the manual request. */
import { z } from "zod";
import {
  DecimalSchema,
  IdSchema,
  MoneySchema,
  OperationTypeSchema,
  PageQuerySchema,
  pageOf,
  TimeSchema,
} from "./common.ts";
import { QuorumSchema } from "./signed_object.ts";

export const TransferStateSchema = z
  .enum([
    "planned",
    "awaiting_approval",
    "approved",
    "submitting",
    "submitted",
    "settled",
    "denied",
    "expired",
    "cancelled",
    "held",
    "failed",
  ])
  .meta({ id: "TransferState" });

const SelfPurposeSchema = z
  .enum(["consolidate", "hasten"])
  .describe("consolidate: small coins become one; hasten: a child pays for a transaction that waits");

const EndSchema = z
  .strictObject({
    wallet: z.string(),
    label: z.string(),
    venue: z.string(),
    role: z.string(),
    address: z.string(),
    memo: z.string().nullable(),
  })
  .meta({ id: "TransferEnd" });

export const TransferSchema = z
  .strictObject({
    id: z.string(),
    pool_id: z.string(),
    asset: z.string(),
    state: TransferStateSchema,
    /** The venue's own word once submitted. */
    stage: z
      .enum(["accepted", "pending_approval", "compliance_hold", "signing", "broadcast", "confirming", "final"])
      .nullable(),
    type: OperationTypeSchema,
    direction: z.enum(["liquidity_to_reserve", "reserve_to_liquidity", "reserve_to_payee", "internal"]),
    from: EndSchema,
    to: EndSchema,
    network: z.string(),
    instrument: z.string(),
    amount: MoneySchema,
    fee_max: MoneySchema,
    fee_actual: MoneySchema.nullable(),
    amount_received: MoneySchema.nullable(),
    reference: z.string(),
    digest: z.string(),
    decision_id: z.string().nullable(),
    reason: z.string(),
    initiator: z.string(),
    venue_ref: z.string().nullable(),
    tx_hash: z.string().nullable(),
    confirmations: z.number().int().nullable(),
    confirmations_needed: z.number().int().nullable(),
    note_code: z.string().nullable(),
    note: z.string().nullable(),
    created_at: TimeSchema,
    updated_at: TimeSchema,
    submitted_at: TimeSchema.nullable(),
    settled_at: TimeSchema.nullable(),
    expires_at: TimeSchema,
    approvals_needed: z.number().int(),
    /** True while nothing was sent. */
    cancellable: z.boolean(),
    self: z
      .strictObject({ purpose: SelfPurposeSchema, touches_max: MoneySchema, parent: z.string().nullable() })
      .optional()
      .describe("Where a wallet pays itself: why, what it takes up and gives back at most, and what it pays for"),
  })
  .meta({ id: "Transfer" });
export type Transfer = z.infer<typeof TransferSchema>;

export const TransferQuerySchema = PageQuerySchema.extend({
  pool_id: IdSchema.optional(),
  state: z
    .string()
    .max(200)
    .transform((text) => text.split(","))
    .pipe(z.array(TransferStateSchema).min(1))
    .optional()
    .describe("One state, or several with commas between them"),
  asset: IdSchema.optional(),
  from_wallet: IdSchema.optional(),
  to_wallet: IdSchema.optional(),
  open: z.enum(["true", "false"]).optional().describe("true: only transfers that are not finished"),
});
export const TransferPageSchema = pageOf(TransferSchema, "TransferPage");
export type TransferPage = z.infer<typeof TransferPageSchema>;

export const TimelineEntrySchema = z
  .strictObject({
    at: TimeSchema,
    event_id: z.string(),
    /** Number in the sealed log; null until sealed. */
    seq: z.number().int().nullable(),
    kind: z.string(),
    actor: z.string(),
    sentence: z.string(),
    payload: z.unknown(),
  })
  .meta({ id: "TimelineEntry" });

export const PostingSchema = z
  .strictObject({
    id: z.string(),
    kind: z.string(),
    memo: z.string(),
    at: TimeSchema,
    entries: z.array(
      z.strictObject({
        account: z.string(),
        side: z.enum(["debit", "credit"]),
        amount: MoneySchema,
        balance_after: MoneySchema,
      }),
    ),
  })
  .meta({ id: "Posting" });

/** What proves a transfer, beside its events and its postings. */
export const EvidenceSchema = z
  .strictObject({
    /** What is sent, byte for byte, also on every retry; null before `submitting`. */
    prepared: z
      .strictObject({
        at: TimeSchema,
        /** SHA-256 over `tidegate/request/v1\n` and the canonical JSON of the prepared body. */
        digest: z.string(),
        tx_hash: z.string().nullable(),
        earlier: z
          .array(z.strictObject({ at: TimeSchema, digest: z.string(), tx_hash: z.string().nullable() }))
          .describe("Attempts that it took the place of, oldest first: at most one of all is carried out"),
      })
      .nullable(),
    /** Looks at the venue since the state last changed. */
    lookups: z.number().int(),
    next_lookup_at: TimeSchema.nullable(),
    /** Oldest first. */
    votes: z.array(
      z.strictObject({
        at: TimeSchema,
        object_id: z.string().describe("The transfer, or a proposal to end it while held"),
        person_id: z.string(),
        vote: z.enum(["approve", "deny"]),
        scheme: z.string(),
        key_id: z.string(),
        digest: z.string(),
        signature: z.string(),
      }),
    ),
    /** Proposals of people to end it while it was held, oldest first. */
    resolutions: z.array(
      z.strictObject({
        id: z.string(),
        state: z.string(),
        outcome: z.string(),
        evidence: z.string(),
        references: z.array(z.string()),
        proposed_by: z.string(),
        digest: z.string(),
        created_at: TimeSchema,
        ended_at: TimeSchema.nullable(),
      }),
    ),
  })
  .meta({ id: "TransferEvidence" });
export type TransferEvidence = z.infer<typeof EvidenceSchema>;

export const TransferDetailSchema = z
  .strictObject({
    transfer: TransferSchema,
    quorum: QuorumSchema,
    /** Oldest first. */
    timeline: z.array(TimelineEntrySchema),
    postings: z.array(PostingSchema),
    /** The frozen plan as canonical JSON (RFC 8785): the bytes behind `digest`. */
    payload_text: z.string(),
    evidence: EvidenceSchema,
  })
  .meta({ id: "TransferDetail" });
export type TransferDetail = z.infer<typeof TransferDetailSchema>;

export const ManualTransferRequestSchema = z
  .strictObject({
    pool_id: IdSchema,
    from_wallet: IdSchema,
    to_wallet: IdSchema,
    network: IdSchema,
    /** Of the pool's asset, like "25000.00". */
    amount: DecimalSchema,
    reason: z.string().min(1).max(500),
    /** Id of the person who asks and can therefore not approve it; with tokens, the token's own person. */
    initiator: IdSchema,
  })
  .meta({ id: "ManualTransferRequest" });
export type ManualTransferRequest = z.infer<typeof ManualTransferRequestSchema>;

export const SelfPaymentRequestSchema = z
  .strictObject({
    wallet: IdSchema,
    purpose: SelfPurposeSchema,
    parent: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional()
      .describe("With hasten: the hash of the transaction that waits"),
    reason: z.string().min(1).max(500),
    initiator: IdSchema.describe("Who asks, and can therefore not approve it; with tokens, the token's own person"),
  })
  .refine(({ purpose, parent }) => (purpose === "hasten") === (parent !== undefined), {
    path: ["parent"],
    message: "hasten names the transaction that waits, and consolidate names none",
  })
  .meta({ id: "SelfPaymentRequest" });
export type SelfPaymentRequest = z.infer<typeof SelfPaymentRequestSchema>;

export const FreezeRequestSchema = z
  .strictObject({
    reason: z.string().min(1).max(500),
    frozen_by: z
      .string()
      .optional()
      .describe(
        "the person who stops it, where no token says it; a name that nobody bears is left out, and it stops all the same",
      ),
  })
  .meta({ id: "FreezeRequest" });

export const ReasonRequestSchema = z.strictObject({ reason: z.string().min(1).max(500) }).meta({ id: "ReasonRequest" });
