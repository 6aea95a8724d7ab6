/**
 * Where is this transaction? Identity is (sender, nonce), not the hash alone: as long as the nonce is free it may still be
 * mined, and once another transaction has used the nonce irreversibly it never will. That last answer ends a payment, so
 * every configured node has to give it.
 */
import {
  type Hash,
  type Hex,
  isAddressEqual,
  type PublicClient,
  TransactionNotFoundError,
  type TransactionReceipt,
  TransactionReceiptNotFoundError,
} from "viem";
import { isRevert, nodeError } from "./node_error.ts";
import type { Chain, Heads, Located, Mined } from "./types.ts";

export interface TransactionIdentity {
  /** Newest first: more than one when it was sped up. At most one of them is ever mined. */
  readonly tx_hashes: readonly Hash[];
  readonly sender: Hex;
  readonly nonce: number;
}

/** @throws VenueError when a node did not answer: that is no absence */
export async function locate(chain: Chain, identity: TransactionIdentity): Promise<Located> {
  try {
    // The order matters: heads, then nonces, then the receipt, so that a receipt can only be newer than what was counted.
    const heads = await chain.heads();
    const used = await nonceUse(chain.client, identity, heads);
    for (const tx_hash of identity.tx_hashes) {
      const mined = await readMined(chain.client, tx_hash, heads);
      if (mined) return { kind: "mined", tx_hash, mined, heads };
    }
    if (used === "free") {
      for (const tx_hash of identity.tx_hashes) {
        if (await isInPool(chain.client, tx_hash)) return { kind: "pending", tx_hash, heads };
      }
      return { kind: "absent", heads };
    }
    const final = used === "used_final" && (await allAgree(chain, identity));
    return { kind: "replaced", final, heads };
  } catch (error) {
    throw nodeError(error, "look the transaction up");
  }
}

/** True when the node has it in a block or in its pool. */
export async function knowsTransaction(client: PublicClient, hash: Hash): Promise<boolean> {
  return isInPool(client, hash);
}

/** The receipt with its depth, or null. */
export async function readMined(client: PublicClient, hash: Hash, heads: Heads): Promise<Mined | null> {
  const receipt = await orNull(TransactionReceiptNotFoundError, () => client.getTransactionReceipt({ hash }));
  if (receipt === null) return null;
  const depth = heads.latest.number - receipt.blockNumber + 1n;
  return {
    succeeded: receipt.status === "success",
    block: receipt.blockNumber,
    final: receipt.blockNumber <= heads.final.number,
    confirmations: depth > 0n ? Number(depth) : 0,
    confirmations_needed: Number(heads.latest.number - heads.final.number) + 1,
    gas_cost: gasCostOf(receipt),
    logs: receipt.logs,
  };
}

/** In the chain's coin. Rollups of the OP kind charge for their place on the chain below beside it (`l1Fee` of the receipt). */
export function gasCostOf(receipt: Pick<TransactionReceipt, "gasUsed" | "effectiveGasPrice">): bigint {
  const { l1Fee = 0n } = receipt as { readonly l1Fee?: bigint | Hex | null };
  return receipt.gasUsed * receipt.effectiveGasPrice + BigInt(l1Fee ?? 0n);
}

type NonceUse = "free" | "used" | "used_final";

async function nonceUse(client: PublicClient, { sender, nonce }: TransactionIdentity, heads: Heads): Promise<NonceUse> {
  const final = await client.getTransactionCount({ address: sender, blockNumber: heads.final.number });
  if (final > nonce) return "used_final";
  const latest = await client.getTransactionCount({ address: sender, blockNumber: heads.latest.number });
  return latest > nonce ? "used" : "free";
}

/** Every node says: the nonce is used up for good, and not by this transaction. */
async function allAgree(chain: Chain, identity: TransactionIdentity): Promise<boolean> {
  const heads = await chain.heads();
  for (const witness of chain.witnesses) {
    if ((await nonceUse(witness, identity, heads)) !== "used_final") return false;
    for (const tx_hash of identity.tx_hashes) {
      if ((await readMined(witness, tx_hash, heads)) !== null) return false;
    }
  }
  return true;
}

async function isInPool(client: PublicClient, hash: Hash): Promise<boolean> {
  return (await orNull(TransactionNotFoundError, () => client.getTransaction({ hash }))) !== null;
}

async function orNull<T>(type: abstract new (...args: never[]) => Error, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof type && !isRevert(error)) return null;
    throw error;
  }
}

export interface NonceUser {
  readonly tx_hash: Hash;
  readonly to: Hex | null;
  readonly value: bigint;
  readonly data: Hex;
}

/**
 * The transaction that used a nonce, found by halving the blocks between `from_block` and the final head. A node without
 * the state of those blocks does not answer, and then nothing is known.
 * @throws VenueError
 */
export async function findNonceUser(
  chain: Chain,
  { sender, nonce }: Pick<TransactionIdentity, "sender" | "nonce">,
  from_block: bigint,
  heads: Heads,
): Promise<NonceUser | null> {
  try {
    let low = from_block;
    let high = heads.final.number;
    while (low < high) {
      const middle = (low + high) / 2n;
      const count = await chain.client.getTransactionCount({ address: sender, blockNumber: middle });
      if (count > nonce) high = middle;
      else low = middle + 1n;
    }
    const block = await chain.client.getBlock({ blockNumber: high, includeTransactions: true });
    const user = block.transactions.find((tx) => isAddressEqual(tx.from, sender) && tx.nonce === nonce);
    return user ? { tx_hash: user.hash, to: user.to, value: user.value, data: user.input } : null;
  } catch (error) {
    throw nodeError(error, "find who used the nonce");
  }
}
