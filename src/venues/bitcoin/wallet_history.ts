/** Transactions of an account as the node's wallet lists them. */
import { hexToBytes } from "@noble/hashes/utils.js";
import type { Transaction } from "@scure/btc-signer";
import { z } from "zod";
import { Hex, Txid } from "./coins.ts";
import { Amount, Integer, NodeRefusal, RPC, type Rpc } from "./rpc.ts";
import { outpointOf, parseRaw } from "./signed.ts";
import { type Outpoint, outpointText } from "./types.ts";

const ENTRIES_MAX = 500_000;

const Entry = z.object({
  category: z.string(),
  /** Negative in what leaves. */
  amount: Amount,
  /** Of payments of our own; negative. */
  fee: Amount.optional(),
  address: z.string().optional(),
  vout: Integer,
  /** Negative: another transaction took its place, so many blocks ago. */
  confirmations: Integer,
  blockhash: Txid.optional(),
  blockheight: Integer.optional(),
  blocktime: Integer.optional(),
  txid: Txid,
});
export type HistoryEntry = z.output<typeof Entry>;

const Since = z.object({
  transactions: z.array(Entry).max(ENTRIES_MAX),
  /** In blocks that were taken back; some of them are in other blocks now. */
  removed: z.array(Entry).max(ENTRIES_MAX).default([]),
  lastblock: Txid,
});

const WalletTransaction = z.object({
  confirmations: Integer,
  blockheight: Integer.optional(),
  hex: Hex,
  walletconflicts: z.array(Txid).default([]),
  fee: Amount.optional(),
});
export interface KnownTransaction {
  readonly txid: string;
  /** Negative: another transaction took its place. */
  readonly confirmations: number;
  readonly tx: Transaction;
  /** Other transactions of this wallet that spend one of its coins. */
  readonly conflicts: readonly string[];
  /** Null: it is not of our own making. */
  readonly fee: bigint | null;
}

/** Everything after the block, and everything that is in none; `hash` null: from the beginning. @throws VenueError */
export async function readSince(
  rpc: Rpc,
  wallet: string,
  hash: string | null,
  confirmations: number,
): Promise<z.output<typeof Since>> {
  return rpc.call("listsinceblock", [hash, confirmations, true, true, true], Since, wallet);
}

/** Null: the wallet does not know it. @throws VenueError */
export async function readTransaction(rpc: Rpc, wallet: string, txid: string): Promise<KnownTransaction | null> {
  try {
    const found = await rpc.call("gettransaction", [txid, true], WalletTransaction, wallet);
    const { confirmations, walletconflicts, fee } = found;
    const tx = parseRaw(hexToBytes(found.hex));
    return { txid, confirmations, tx, conflicts: walletconflicts, fee: fee === undefined ? null : -fee };
  } catch (error) {
    if (error instanceof NodeRefusal && error.node_code === RPC.invalid_address_or_key) return null;
    throw error;
  }
}

/** In the node's pool, waiting for a block. @throws VenueError */
export async function isInPool(rpc: Rpc, txid: string): Promise<boolean> {
  try {
    await rpc.call("getmempoolentry", [txid], z.object({}));
    return true;
  } catch (error) {
    if (error instanceof NodeRefusal && error.node_code === RPC.invalid_address_or_key) return false;
    throw error;
  }
}

/** What transactions that are not final yet do to the account. */
export interface Unsettled {
  /** Final coins that they spend, by outpoint. */
  readonly spent: ReadonlyMap<string, bigint>;
  /** Transactions of our own making all of whose coins are final or come from such transactions: their change is ours at once. */
  readonly ours: ReadonlySet<string>;
}

/** @throws VenueError */
export async function readUnsettled(
  rpc: Rpc,
  wallet: string,
  entries: readonly HistoryEntry[],
  confirmations: number,
): Promise<Unsettled> {
  const young = entries.filter((entry) => entry.confirmations >= 0 && entry.confirmations < confirmations);
  const sent = new Set(young.filter(({ category }) => category === "send").map(({ txid }) => txid));
  const read = new Map<string, KnownTransaction | null>();
  const get = async (txid: string): Promise<KnownTransaction | null> => {
    const known = read.get(txid) ?? (await readTransaction(rpc, wallet, txid));
    read.set(txid, known);
    return known;
  };
  const spent = new Map<string, bigint>();
  const trusted = new Map<string, boolean>();
  const judge = async (txid: string): Promise<boolean> => {
    const known = trusted.get(txid);
    if (known !== undefined) return known;
    // Chains of unconfirmed payments are short: the pool takes 25 at most.
    trusted.set(txid, false);
    const transaction = sent.has(txid) ? await get(txid) : null;
    let all = transaction !== null;
    for (const outpoint of transaction === null ? [] : outpointsOf(transaction.tx)) {
      const source = await get(outpoint.txid);
      const value = source?.tx.getOutput(outpoint.vout).amount;
      if (source === null || value === undefined) all = false;
      else if (source.confirmations >= confirmations) spent.set(outpointText(outpoint), value);
      else all = (await judge(outpoint.txid)) && all;
    }
    trusted.set(txid, all);
    return all;
  };
  for (const txid of sent) await judge(txid);
  return { spent, ours: new Set([...trusted].filter(([, all]) => all).map(([txid]) => txid)) };
}

export function outpointsOf(tx: Transaction): Outpoint[] {
  return Array.from({ length: tx.inputsLength }, (_, at) => outpointOf(tx, at));
}
