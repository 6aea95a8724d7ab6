/**
 * Transactions that wait in the node's pool, and what they cost whoever builds on them. A miner takes a transaction only with all it
 * spends from (its ancestors), at the rate of the whole package; so a child pays for its parents what they lack (CPFP, "child pays for
 * parent"). Sizes are virtual bytes, amounts satoshi, rates satoshi per 1,000 virtual bytes.
 */
import { z } from "zod";
import { maxOf } from "../../money/index.ts";
import { VenueError } from "../index.ts";
import { Amount, Integer, NodeRefusal, RPC, type Rpc } from "./rpc.ts";
import type { Coin } from "./types.ts";
import { feeOf } from "./units.ts";

const WEIGHT_PER_VBYTE = 4n;

const Entry = z.object({
  vsize: Integer,
  /** With itself. */
  ancestorsize: Integer,
  descendantcount: Integer,
  fees: z.object({ base: Amount, ancestor: Amount }),
});

export interface Package {
  readonly vbytes: bigint;
  readonly fees: bigint;
}

export interface PoolEntry {
  /** All that it spends from and that waits too, without itself. */
  readonly ancestors: Package;
  /** With itself. */
  readonly whole: Package;
  /** Transactions in the pool that spend from it. */
  readonly descendants: number;
}

/** Null: it does not wait in the pool. @throws VenueError */
export async function readPoolEntry(rpc: Rpc, txid: string): Promise<PoolEntry | null> {
  try {
    const { vsize, ancestorsize, descendantcount, fees } = await rpc.call("getmempoolentry", [txid], Entry);
    const whole = { vbytes: BigInt(ancestorsize), fees: fees.ancestor };
    return {
      whole,
      ancestors: { vbytes: whole.vbytes - BigInt(vsize), fees: whole.fees - fees.base },
      descendants: descendantcount - 1,
    };
  } catch (error) {
    if (error instanceof NodeRefusal && error.node_code === RPC.invalid_address_or_key) return null;
    throw error;
  }
}

/** What a package lacks at a rate, and a child of it has to pay on top; nothing for one that pays enough itself. */
export function lackOf({ vbytes, fees }: Package, rate: bigint): bigint {
  return maxOf(feeOf(vbytes * WEIGHT_PER_VBYTE, rate) - fees, 0n);
}

/**
 * The coins with what spending each costs beside its own input. Coins that share a parent each carry the whole of what it lacks: paid twice
 * it only hastens the package.
 * @throws VenueError
 */
export async function withLacks(rpc: Rpc, coins: readonly Coin[], rate: bigint): Promise<Coin[]> {
  const lacks = new Map<string, bigint>();
  for (const { txid, confirmations } of coins) {
    if (confirmations > 0 || lacks.has(txid)) continue;
    const entry = await readPoolEntry(rpc, txid);
    lacks.set(txid, entry === null ? 0n : lackOf(entry.whole, rate));
  }
  return coins.map((coin) => {
    const lack = lacks.get(coin.txid) ?? 0n;
    return lack === 0n ? coin : { ...coin, lack };
  });
}

/** What a transaction that waits lacks, with all it waits for; nothing where none is named. @throws VenueError venue_policy_denied for a transaction that does not wait */
export async function lackOfParent(rpc: Rpc, parent: string | null, fee_rate: bigint): Promise<bigint> {
  if (parent === null) return 0n;
  const entry = await readPoolEntry(rpc, parent);
  if (entry !== null) return lackOf(entry.whole, fee_rate);
  throw new VenueError("venue_policy_denied", `${parent} cannot be hastened: it does not wait in the node's pool.`);
}
