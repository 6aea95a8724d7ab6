/**
 * The Safe transaction: what its owners sign (EIP-712 `SafeTx`, Safe.sol 1.4.1). Its hash commits to the chain, the Safe,
 * the payment and the Safe's nonce. All proposals that wait at one time carry the Safe's current nonce, so that at most one
 * of them can ever be executed: two transfers are never paid out of one approval round.
 */
import { getAddress, type Hash, type Hex, hashTypedData, isAddress, isHex, zeroAddress } from "viem";
import { z } from "zod";
import { VenueError } from "../index.ts";
import type { Payment } from "../onchain/index.ts";
import { OPERATION_CALL } from "./abi.ts";

const SAFE_TX_TYPES = {
  SafeTx: [
    { name: "to", type: "address" },
    { name: "value", type: "uint256" },
    { name: "data", type: "bytes" },
    { name: "operation", type: "uint8" },
    { name: "safeTxGas", type: "uint256" },
    { name: "baseGas", type: "uint256" },
    { name: "gasPrice", type: "uint256" },
    { name: "gasToken", type: "address" },
    { name: "refundReceiver", type: "address" },
    { name: "nonce", type: "uint256" },
  ],
} as const;

export interface SafeTx extends Payment {
  readonly chain_id: number;
  readonly safe: Hex;
  /** Gas the inner call must get. Above zero, so that a failed call uses the nonce up and the approval dies with it. */
  readonly safe_tx_gas: bigint;
  readonly nonce: bigint;
}

/** JSON of the typed data; integers are decimal strings. */
export type SafeTypedData = ReturnType<typeof toTypedData>;

export function toTypedData(tx: SafeTx) {
  return {
    types: SAFE_TX_TYPES,
    primaryType: "SafeTx",
    domain: { chainId: tx.chain_id, verifyingContract: tx.safe },
    message: {
      to: tx.to,
      value: tx.value.toString(),
      data: tx.data,
      operation: OPERATION_CALL,
      safeTxGas: tx.safe_tx_gas.toString(),
      baseGas: "0",
      gasPrice: "0",
      gasToken: zeroAddress,
      refundReceiver: zeroAddress,
      nonce: tx.nonce.toString(),
    },
  } as const;
}

/** The 32-byte hash that the owners sign. */
export function safeTxHash(tx: SafeTx): Hash {
  return hashTypedData({
    types: SAFE_TX_TYPES,
    primaryType: "SafeTx",
    domain: { chainId: tx.chain_id, verifyingContract: tx.safe },
    message: { ...execArguments(tx), nonce: tx.nonce },
  });
}

/** The fields as the contract takes them: no refund of gas out of the Safe, ever. */
export function execArguments(tx: Pick<SafeTx, "to" | "value" | "data" | "safe_tx_gas">) {
  return {
    to: tx.to,
    value: tx.value,
    data: tx.data,
    operation: OPERATION_CALL,
    safeTxGas: tx.safe_tx_gas,
    baseGas: 0n,
    gasPrice: 0n,
    gasToken: zeroAddress,
    refundReceiver: zeroAddress,
  } as const;
}

const address = z.custom<Hex>((value) => typeof value === "string" && isAddress(value));
const uint = z.string().regex(/^\d{1,78}$/);

const TypedDataShape = z.strictObject({
  types: z.unknown(),
  primaryType: z.literal("SafeTx"),
  domain: z.strictObject({ chainId: z.number().int().positive(), verifyingContract: address }),
  message: z.strictObject({
    to: address,
    value: uint,
    data: z.custom<Hex>((value) => isHex(value)),
    operation: z.literal(OPERATION_CALL),
    safeTxGas: uint,
    baseGas: z.literal("0"),
    gasPrice: z.literal("0"),
    gasToken: z.literal(zeroAddress),
    refundReceiver: z.literal(zeroAddress),
    nonce: uint,
  }),
});

/**
 * Reads typed data that came from elsewhere; anything but a plain CALL without refund is refused.
 * @throws VenueError venue_policy_denied
 */
export function readTypedData(typed_data: unknown): SafeTx {
  const parsed = TypedDataShape.safeParse(typed_data);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join(".") || "the whole";
    const message = `This is no Safe transaction of the accepted form (at ${where}): only a plain CALL without refund is signed.`;
    throw new VenueError("venue_policy_denied", message);
  }
  const { domain, message } = parsed.data;
  return {
    chain_id: domain.chainId,
    safe: getAddress(domain.verifyingContract),
    to: getAddress(message.to),
    value: BigInt(message.value),
    data: message.data,
    safe_tx_gas: BigInt(message.safeTxGas),
    nonce: BigInt(message.nonce),
  };
}
