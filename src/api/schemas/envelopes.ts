/** Envelopes: refills from custody that people approve in advance. */
import { z } from "zod";
import { DecimalSchema, IdSchema, MoneySchema, TimeSchema } from "./common.ts";
import { ProposerSchema, proposalFields } from "./signed_object.ts";

const WalletsSchema = z.array(IdSchema).min(1).max(50);

export const EnvelopeRequestSchema = z
  .strictObject({
    pool_id: IdSchema,
    from_wallets: WalletsSchema.describe("Custody wallets that may give"),
    to_wallets: WalletsSchema.describe("Liquidity wallets that may receive, at their registered addresses"),
    amount_max: DecimalSchema.describe("Of one transfer, in whole units, without its fee"),
    amount_total: DecimalSchema.describe("Of all transfers together, in whole units, without fees"),
    count_max: z.number().int().min(1).max(100),
    valid_from: TimeSchema,
    valid_until: TimeSchema,
    reason: z.string().min(1).max(500),
    proposed_by: ProposerSchema,
  })
  .meta({ id: "EnvelopeRequest" });
export type EnvelopeRequest = z.input<typeof EnvelopeRequestSchema>;

export const EnvelopeSchema = z
  .strictObject({
    object_kind: z.literal("envelope"),
    pool_id: z.string(),
    state: z.enum(["open", "active", "denied", "expired", "revoked"]),
    /** True when a transfer may use it now. */
    usable: z.boolean(),
    from_wallets: z.array(z.string()),
    to: z.array(
      z.strictObject({ wallet: z.string(), network: z.string(), address: z.string(), memo: z.string().nullable() }),
    ),
    amount_max: MoneySchema,
    amount_total: MoneySchema,
    amount_remaining: MoneySchema,
    count_max: z.number().int(),
    count_remaining: z.number().int(),
    /** Transfers that took of it, newest first; one that ended unsent has given it back. */
    uses: z.array(z.strictObject({ transfer_id: z.string(), amount: MoneySchema, at: TimeSchema, state: z.string() })),
    valid_from: TimeSchema,
    valid_until: TimeSchema,
    reason: z.string(),
    ...proposalFields,
  })
  .meta({ id: "Envelope" });
export type Envelope = z.infer<typeof EnvelopeSchema>;

export const EnvelopeListSchema = z
  .strictObject({ as_of: TimeSchema, items: z.array(EnvelopeSchema) })
  .meta({ id: "EnvelopeList" });
export type EnvelopeList = z.infer<typeof EnvelopeListSchema>;

export const EnvelopeQuerySchema = z.strictObject({
  /** `live`: waiting for votes or valid; `waiting`: waiting for votes. */
  state: z.enum(["live", "waiting", "all"]).default("live"),
});
