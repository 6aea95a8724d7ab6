/** What every object that people vote on shows alike: the exact text, its digest, what a key signs, and the count. */
import { z } from "zod";
import { IdSchema, TimeSchema } from "./common.ts";

export const QuorumSchema = z
  .strictObject({
    state: z.enum(["pending", "complete", "denied"]),
    needed: z.number().int(),
    approvals: z.array(z.string()).describe("Ids of the people who approved"),
    denied_by: z.string().nullable(),
    eligible: z.array(z.string()).describe("Ids of the people who may still vote"),
  })
  .meta({ id: "Quorum" });
export type Quorum = z.infer<typeof QuorumSchema>;

/** Of any object with a vote; it stands beside `object_kind`, which names the domain of the digest. */
export const signedFields = {
  object_id: z.string(),
  payload_text: z
    .string()
    .describe(
      "Canonical JSON (RFC 8785); the digest is SHA-256 over `tidegate/{object_kind}/v1`, a line feed and this",
    ),
  digest: z.string(),
  digest_groups: z.array(z.string()).describe("The digest in groups of four, for the eye and the telephone"),
  vote_message: z
    .strictObject({ approve: z.string(), deny: z.string() })
    .describe("UTF-8 text whose bytes an Ed25519 key signs, by vote"),
  quorum: QuorumSchema,
  expires_at: TimeSchema.describe("Until when it may be approved"),
};

/** Of what a person proposes and others decide. */
export const proposalFields = {
  ...signedFields,
  proposed_by: z.string(),
  created_at: TimeSchema,
  ended_at: TimeSchema.nullable(),
};

export const ProposalStateSchema = z.enum(["open", "applied", "denied", "expired", "overtaken"]);

/** Of a request to propose something. */
export const ProposerSchema = IdSchema.describe(
  "Who proposes it and can therefore not approve it; with tokens, the token's own person",
);
export const ReferenceSchema = z.string().min(1).max(300);
export const evidenceFields = {
  evidence: z.string().min(1).max(2_000),
  references: z.array(ReferenceSchema).max(10).default([]),
};
