/** Shapes of BitGo's messages, as far as they are read. Names are those of its published OpenAPI file; unknown keys are ignored. */
import { z } from "zod";
import { wireInt } from "../http/index.ts";

const units = z.string().regex(/^-?\d{1,78}$/);
const instant = z.iso.datetime().transform((text) => Date.parse(text));
const pendingInitialization = z.object({ pendingChainInitialization: z.boolean().optional() }).optional();

export const addressShape = z.object({
  address: z.string().min(1),
  coinSpecific: pendingInitialization,
});

export const walletShape = z.object({
  id: z.string().min(1),
  coin: z.string(),
  label: z.string(),
  coinSpecific: pendingInitialization,
  confirmedBalanceString: units.optional(),
  spendableBalanceString: units.optional(),
  receiveAddress: addressShape.optional(),
});

/** The numeric twins of the balances overflow for coins with 18 decimals: only the strings are read, and they must be there. */
export const balanceShape = z.object({ confirmedBalanceString: units, spendableBalanceString: units });

export const walletsShape = z.object({ wallets: z.array(walletShape), nextBatchPrevId: z.string().optional() });
export const maximumShape = z.object({ maximumSpendable: units });
export const feeShape = z.union([
  z.object({ feePerKb: wireInt }),
  z.object({ feeEstimate: units }),
  z.object({ fee: wireInt }),
]);

export const transferShape = z.object({
  id: z.string().min(1),
  coin: z.string(),
  wallet: z.string(),
  txid: z.string().default(""),
  date: instant,
  /** Absent where nothing has happened yet. */
  confirmations: wireInt.default(0),
  type: z.enum(["send", "receive"]),
  valueString: units,
  feeString: units.nullish(),
  feeCoin: z.string().optional(),
  state: z.string(),
  height: wireInt.default(0),
  sequenceId: z.string().optional(),
  confirmedTime: instant.optional(),
  removedTime: instant.optional(),
  replacedBy: z.array(z.string()).optional(),
  entries: z
    .array(
      z.object({
        address: z.string().optional(),
        wallet: z.string().optional(),
        valueString: units.optional(),
        memo: z.string().optional(),
      }),
    )
    .optional(),
});
export type WireTransfer = z.output<typeof transferShape>;
/** How the transfer of a pending approval is shown. */
export const approvalTransferShape = z.object({ transfer: transferShape });

export const transfersShape = z.object({ transfers: z.array(transferShape), nextBatchPrevId: z.string().optional() });

export const approvalShape = z.object({
  id: z.string().min(1),
  wallet: z.string().optional(),
  state: z.string(),
  info: z.object({
    type: z.string(),
    transactionRequest: z
      .object({
        comment: z.string().nullish(),
        recipients: z
          .array(z.object({ address: z.string(), amount: z.union([units, wireInt.transform(String)]) }))
          .optional(),
        buildParams: z.object({ sequenceId: z.string().optional() }).optional(),
      })
      .optional(),
  }),
});
export type WireApproval = z.output<typeof approvalShape>;
export const approvalsShape = z.object({ pendingApprovals: z.array(approvalShape) });

/** The three forms in which Express says that it took a request, whatever its HTTP status. */
export const sentShape = z.union([
  z.object({ transfer: transferShape }),
  z.object({ pendingApproval: z.object({ id: z.string().min(1) }) }),
  approvalShape,
]);

/** The platform's errors, and those of Express. */
export const errorShape = z.union([
  z.object({ error: z.string(), name: z.string().optional(), requestId: z.string() }),
  z.object({ message: z.string(), name: z.string(), bitgoExpressVersion: z.string() }),
]);

/** What is sent, and read back from the durable row, so it is checked like any other input. */
export const sendShape = z.strictObject({
  address: z.string(),
  amount: z.string().regex(/^\d{1,78}$/),
  sequenceId: z.string(),
  comment: z.string().max(256),
  memo: z.strictObject({ type: z.string(), value: z.string() }).optional(),
  maxFeeRate: z
    .string()
    .regex(/^\d{1,78}$/)
    .optional(),
  eip1559: z
    .strictObject({ maxFeePerGas: z.string().regex(/^\d{1,78}$/), maxPriorityFeePerGas: z.string() })
    .optional(),
  gasLimit: z
    .string()
    .regex(/^\d{1,9}$/)
    .optional(),
});
