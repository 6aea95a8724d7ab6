/** Shapes of the sandbox custodians' messages. */
import { z } from "zod";
import { wireInt } from "../http/index.ts";

const instant = z.iso.datetime().transform((text) => Date.parse(text));

export const vaultsShape = z.object({ data: z.array(z.object({ vault_id: z.string(), asset: z.string() })) });
export const balanceShape = z.object({
  vault_id: z.string(),
  asset: z.string(),
  total: z.string(),
  available: z.string(),
  pending_out: z.string(),
  pending_in: z.string(),
  frozen: z.string(),
  sequence: z.string(),
  as_of: instant,
});
export const addressShape = z.object({ address: z.string().min(1), tag: z.string().nullable() });
export const networksShape = z.object({
  data: z.array(
    z.object({
      network: z.string(),
      status: z.string(),
      fee: z.string(),
      minimum: z.string(),
      step: z.string(),
      lead_time_ms: wireInt,
    }),
  ),
});
export const ledgerShape = z.object({
  data: z.array(
    z.object({
      entry_id: z.string().min(1),
      sequence: z.string(),
      type: z.enum(["CREDIT", "DEBIT"]),
      amount: z.string(),
      fee: z.string(),
      external_id: z.string().nullable(),
      tx_hash: z.string().nullable(),
      counterparty: z.string().nullable(),
      booked_at: instant,
    }),
  ),
  next: z.string(),
  has_more: z.boolean(),
});
export const transferShape = z.object({
  id: z.string().min(1),
  external_id: z.string(),
  asset: z.string(),
  network: z.string(),
  address: z.string(),
  amount: z.string(),
  network_fee: z.string(),
  status: z.string(),
  tx_hash: z.string().nullable(),
  confirmations: z.object({ seen: wireInt, needed: wireInt }),
});
export const transfersShape = z.object({ data: z.array(transferShape), as_of: instant });
/** A key that was used before: what it belongs to. */
export const duplicateShape = z.object({
  error: z.object({ code: z.literal("DUPLICATE_EXTERNAL_ID") }),
  existing: transferShape,
});
/** What was prepared; read back from the durable row, so it is checked like any other input. */
export const requestShape = z.object({
  external_id: z.string(),
  vault_id: z.string(),
  asset: z.string(),
  network: z.string(),
  address: z.string(),
  tag: z.string().nullable(),
  amount: z.string(),
  fee_limit: z.string(),
});
export const errorShape = z.object({
  error: z.object({ code: z.string(), message: z.string() }),
  taken: z.boolean().optional(),
});
