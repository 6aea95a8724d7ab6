/** Shapes of the sandbox chain's messages. */
import { z } from "zod";
import { wireInt } from "../http/index.ts";

export const accountsShape = z.object({ accounts: z.array(z.object({ name: z.string(), asset: z.string() })) });
export const accountShape = z.object({
  name: z.string(),
  asset: z.string(),
  balance: z.string(),
  unconfirmed_out: z.string(),
  unconfirmed_in: z.string(),
  height: z.string(),
  time: wireInt,
});
export const addressShape = z.object({ address: z.string().min(1) });
export const feesShape = z.object({
  networks: z.array(
    z.object({
      network: z.string(),
      fee: z.string(),
      dust: z.string(),
      unit: z.string(),
      final_after_ms: wireInt,
    }),
  ),
});
export const transfersShape = z.object({
  transfers: z.array(
    z.object({
      id: z.string().min(1),
      height: z.string(),
      direction: z.enum(["in", "out"]),
      amount: z.string(),
      fee: z.string(),
      note: z.string().nullable(),
      hash: z.string().nullable(),
      peer: z.string().nullable(),
      time: wireInt,
    }),
  ),
  next: z.string(),
  more: z.boolean(),
});
export const transactionShape = z.object({
  hash: z.string().min(1),
  note: z.string(),
  asset: z.string(),
  network: z.string(),
  to: z.string(),
  amount: z.string(),
  fee: z.string(),
  status: z.string(),
  confirmations: wireInt,
  final_at_confirmations: wireInt,
});
export const transactionsShape = z.object({ time: wireInt, transactions: z.array(transactionShape) });
/** What is signed: every field that decides where the money goes. */
export const payloadShape = z.object({
  from: z.string(),
  to: z.string(),
  memo: z.string(),
  asset: z.string(),
  network: z.string(),
  amount: z.string(),
  fee_limit: z.string(),
  note: z.string(),
});
export const signedShape = z.object({ payload: z.string(), signature: z.string() });
export const errorShape = z.object({
  error: z.object({ code: z.string(), message: z.string() }),
  taken: z.boolean().optional(),
});
export const pushShape = z.object({ type: z.literal("account_changed"), account: z.string() });
