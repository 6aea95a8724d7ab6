/** A signed transaction read back from rest: its shape, its hash, its fields. */
import {
  type Hash,
  type Hex,
  isHex,
  keccak256,
  parseTransaction,
  recoverTransactionAddress,
  type TransactionSerializableEIP1559,
} from "viem";
import { z } from "zod";
import type { PreparedSubmit } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
import { refused } from "./payment.ts";
import type { ChainSettings, SignedTransaction } from "./types.ts";

const hex = z.custom<Hex>((value) => isHex(value));

const SignedTransactionShape = z.object({
  kind: z.literal("evm_transaction"),
  raw_tx: hex,
  chain_id: z.number().int().positive(),
  sender: hex,
  nonce: z.number().int().min(0),
  from_block: z.string().regex(/^\d+$/),
});

/** @throws VenueError venue_invalid when the stored body is not one of ours */
export function readSignedTransaction(prepared: PreparedSubmit): SignedTransaction {
  const parsed = SignedTransactionShape.safeParse(prepared.body);
  if (parsed.success) return parsed.data;
  throw new VenueError("venue_invalid", `The stored request of ${prepared.reference} is no signed transaction.`);
}

/** Of a record and of all that it took the place of, newest first. */
export function hashesOf(prepared: PreparedSubmit): readonly Hash[] {
  const attempts = [...(prepared.earlier ?? []), prepared];
  return attempts.flatMap(({ tx_hash }) => (tx_hash === null ? [] : [tx_hash as Hash])).reverse();
}

/** What all of them use up: of the transactions with one nonce of one account at most one is ever mined. */
export function exclusiveOf({ chain_id, sender, nonce }: SignedTransaction): string {
  return `${chain_id}:${sender}:${nonce}`;
}

export interface OpenedTransaction {
  readonly to: Hex;
  readonly value: bigint;
  readonly data: Hex;
  readonly nonce: number;
  /** Most it can cost in the chain's coin, in wei. */
  readonly gas_cost_max: bigint;
}

/**
 * The fields of the raw bytes, after their hash, chain and nonce were found to be those of the record. Who signed is proved
 * by `proveSender`, which needs time.
 * @throws VenueError venue_policy_denied
 */
export function openTransaction(prepared: PreparedSubmit, settings: ChainSettings): OpenedTransaction {
  const body = readSignedTransaction(prepared);
  if (keccak256(body.raw_tx) !== prepared.tx_hash) throw refused("its bytes are not those of its hash");
  const tx = parseRaw(body.raw_tx);
  if (tx.chainId !== settings.chain_id) throw refused(`it is for chain ${tx.chainId}`);
  if ((tx.nonce ?? 0) !== body.nonce) throw refused("its nonce is not the recorded one");
  if (!tx.to) throw refused("it creates a contract");
  if (tx.accessList !== undefined && tx.accessList.length > 0) throw refused("it carries an access list");
  return {
    to: tx.to,
    value: tx.value ?? 0n,
    data: tx.data ?? "0x",
    nonce: body.nonce,
    gas_cost_max: (tx.gas ?? 0n) * (tx.maxFeePerGas ?? 0n),
  };
}

/** Recovers the signer. @throws VenueError venue_policy_denied when it is not the recorded sender */
export async function proveSender(body: SignedTransaction, expected: Hex): Promise<void> {
  const signer = await recoverTransactionAddress({ serializedTransaction: body.raw_tx as `0x02${string}` });
  if (signer === expected && body.sender === expected) return;
  throw refused(`it is signed by ${signer}`);
}

/** @throws VenueError venue_policy_denied for anything but EIP-1559 */
export function parseRaw(raw_tx: Hex): TransactionSerializableEIP1559 {
  try {
    const tx = parseTransaction(raw_tx as `0x02${string}`);
    if (tx.type === "eip1559") return tx;
  } catch {
    // Falls through to the refusal.
  }
  throw refused("it is not an EIP-1559 transaction");
}
