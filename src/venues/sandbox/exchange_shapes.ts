/** Shapes of the sandbox exchange's messages. */
import { z } from "zod";
import { wireInt } from "../http/index.ts";

export const accountShape = z.object({
  updateTime: wireInt,
  balances: z.array(
    z.object({
      account: z.string(),
      coin: z.string(),
      free: z.string(),
      withdrawing: z.string(),
      depositing: z.string(),
      locked: z.string(),
      sequence: z.string(),
    }),
  ),
});
export const networksShape = z.object({
  networks: z.array(
    z.object({
      network: z.string(),
      withdrawEnabled: z.boolean(),
      withdrawFee: z.string(),
      withdrawMin: z.string(),
      withdrawStep: z.string(),
      arrivalTimeMs: wireInt,
    }),
  ),
});
export const withdrawalShape = z.object({
  id: z.string().min(1),
  clientId: z.string(),
  coin: z.string(),
  network: z.string(),
  address: z.string(),
  amount: z.string(),
  fee: z.string(),
  status: z.string(),
  txId: z.string().nullable(),
  confirmations: wireInt,
  confirmationsNeeded: wireInt,
});
export const withdrawalsShape = z.object({ serverTime: wireInt, rows: z.array(withdrawalShape) });
export const historyShape = z.object({
  rows: z.array(
    z.object({
      id: z.string().min(1),
      sequence: z.string(),
      side: z.enum(["CREDIT", "DEBIT"]),
      coin: z.string(),
      amount: z.string(),
      fee: z.string(),
      clientId: z.string().nullable(),
      txId: z.string().nullable(),
      counterparty: z.string().nullable(),
      time: wireInt,
    }),
  ),
  next: z.string(),
  more: z.boolean(),
});
/** What was prepared; read back from the durable row, so it is checked like any other input. */
export const requestShape = z.object({
  clientId: z.string(),
  account: z.string(),
  coin: z.string(),
  network: z.string(),
  address: z.string(),
  tag: z.string(),
  amount: z.string(),
  maxFee: z.string(),
});

export const addressShape = z.object({ address: z.string().min(1), tag: z.string() });
export const errorShape = z.object({ code: wireInt, msg: z.string(), taken: z.boolean().optional() });
export const pushShape = z.object({ account: z.string() });
