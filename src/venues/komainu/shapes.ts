/** Shapes of Komainu's messages, as far as they are read. No contract is published: unknown keys are ignored, what is read must be there. */
import { z } from "zod";
import { wireAmount, wireInt } from "../http/index.ts";

const instant = z.iso.datetime().transform((text) => Date.parse(text));

export const tokenShape = z.object({ access_token: z.string().min(1), expires_in: wireInt });
export const walletShape = z.object({
  id: z.string().min(1),
  name: z.string(),
  asset: z.string(),
  address: z.string().nullish(),
  wallet_category: z.string(),
  status: z.string(),
  balance: z.object({
    total: wireAmount,
    available: wireAmount,
    staked: wireAmount,
    locked: wireAmount,
    balance_updated_at: instant.nullish(),
  }),
});
export const assetShape = z.object({ code: z.string(), decimals: wireInt });
export const requestShape = z.object({
  id: z.string().min(1),
  request_type: z.string(),
  status: z.string(),
  entity_id: z.string().nullish(),
  external_reference: z.string().nullish(),
  details: z.object({
    wallet: z.string(),
    asset: z.string(),
    amount: wireAmount,
    destination_address: z.string().nullish(),
    destination_tag: z.string().nullish(),
    operation: z.string().nullish(),
  }),
});
export type WireRequest = z.output<typeof requestShape>;
export const transactionShape = z.object({
  id: z.string().min(1),
  wallet: z.string(),
  asset: z.string(),
  direction: z.string(),
  amount: wireAmount,
  fees: wireAmount,
  status: z.string(),
  tx_hash: z.string().nullish(),
  receiver_address: z.string().nullish(),
  external_reference: z.string().nullish(),
  updated_at: instant,
});
export type WireTransaction = z.output<typeof transactionShape>;
export const challengeShape = z.object({ challenge: z.string().min(1) });
export const feeShape = z.object({ fee: wireAmount });
export const errorShape = z.object({ error_code: z.string(), errors: z.array(z.string()), status: z.unknown() });

export function pageShape<Row extends z.ZodType>(row: Row) {
  return z.object({ data: z.array(row), has_next: z.boolean() });
}

/** What is sent, and read back from the durable row, so it is checked like any other input. */
export const createShape = z.strictObject({
  request_type: z.literal("CREATE_TRANSACTION"),
  external_reference: z.string(),
  details: z.strictObject({
    wallet: z.string(),
    asset: z.string(),
    amount: z.string(),
    destination_address: z.string(),
    destination_tag: z.string().optional(),
    note: z.string(),
  }),
});
