/** Pools with a small rule of their own, as they stand in the file: gas wallets and deposit addresses. */
import { z } from "zod";
import { AmountText, Duration, Id, ITEMS_MAX, Share } from "./schema_parts.ts";

const FeeFile = z.strictObject({
  max: AmountText.describe("Highest fee of one move"),
  max_share: Share.describe("Highest fee as a share of the amount; both bounds hold"),
});

const WindowFile = z.strictObject({
  length: Duration.describe("Length of the rolling time"),
  amount_max: AmountText.describe("Most that may move within it, reserved and settled alike"),
  count_max: z.number().int().min(1).max(100_000).describe("Most moves within it"),
});

const Networks = z.array(Id).min(1).max(50).describe("Networks its moves may take");
const Transactions = z.number().int().min(1).max(1_000_000);

export const GasPoolFile = z.strictObject({
  id: Id.describe("Unique among all pools"),
  asset: Id.describe("The coin that pays for transactions"),
  wallets: z.array(Id).max(ITEMS_MAX).default([]).describe("Of kind gas; each is kept supplied"),
  on_demand: z
    .array(Id)
    .max(ITEMS_MAX)
    .default([])
    .describe("Of kind gas; each gets what a sweep that waits for it needs, and nothing else"),
  reserve: z.array(Id).min(1).max(ITEMS_MAX).describe("Where the coin comes from: hot or warm, never custody"),
  networks: Networks,
  transaction_cost: AmountText.describe("Least that one transaction is taken to cost"),
  fee_times: z
    .number()
    .int()
    .min(1)
    .max(1_000)
    .default(4)
    .describe("A transaction costs so many times what sending the coin costs: a token call takes more gas"),
  low: Transactions.describe("A wallet that can pay for fewer transactions is supplied"),
  target: Transactions.describe("Up to so many"),
  wallet_max: AmountText.describe("No wallet is filled above this, whatever transactions cost"),
  move_min: AmountText.describe("Less is not worth a move"),
  move_max: AmountText.describe("Most that one move supplies"),
  fee: FeeFile.describe("Bounds of its fee"),
  window: WindowFile.describe("Rolling limit on everything it supplies"),
  floors: z.record(Id, AmountText).default({}).describe("A source is drained down to this and no further"),
});

export const DepositPoolFile = z.strictObject({
  id: Id.describe("Unique among all pools"),
  asset: Id.describe("What customers deposit"),
  deposits: z.array(Id).min(1).max(ITEMS_MAX).describe("Of kind deposit; each is swept by itself"),
  gas: z
    .record(Id, Id)
    .default({})
    .describe("Which gas wallet pays for the transactions of which address, where the asset itself cannot"),
  into: z.array(Id).min(1).max(50).describe("Where sweeps go: a hot wallet, which may be in another pool"),
  networks: Networks,
  sweep_min: AmountText.describe("Less stays where it is"),
  sweep_max: AmountText.describe("Most that one sweep moves"),
  batch: z.number().int().min(1).max(1_000).default(10).describe("Sweeps under way at a time"),
  fee: FeeFile.describe("Bounds of fee and gas together, against the amount swept"),
  window: WindowFile.describe("Rolling limit on everything it sweeps"),
});
