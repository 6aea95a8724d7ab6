/**
 * Broadcasting a signed transaction. The signed bytes are the idempotency key: sent twice, they have one effect. A node's refusal
 * proves little (what is "already in the chain" was sent before, what lacks its inputs may have been mined and spent on): whether the
 * node knows the transaction decides, and otherwise the outcome is unknown.
 */
import { z } from "zod";
import { VenueError } from "../index.ts";
import type { SubmitOutcome } from "../port.ts";
import type { AccountAt } from "./balance.ts";
import { NodeRefusal, RPC } from "./rpc.ts";
import { isInPool, readTransaction } from "./wallet_history.ts";

/** Never throws for an outcome. */
export async function broadcast(
  at: AccountAt,
  raw_tx: string,
  txid: string,
  venue_ref: string,
): Promise<SubmitOutcome> {
  const refusal = await send(at, raw_tx, txid);
  if (refusal === null || (await isKnown(at, txid))) {
    return { outcome: "accepted", venue_ref, tx_hash: txid, stage: "broadcast" };
  }
  return { outcome: "unknown", message: `The node did not confirm that it took the transaction: ${refusal}` };
}

/** Null when the node took it, now or before; else what it said. */
async function send({ rpc }: AccountAt, raw_tx: string, txid: string): Promise<string | null> {
  try {
    const taken = await rpc.call("sendrawtransaction", [raw_tx], z.string());
    return taken === txid ? null : "it answered with another hash";
  } catch (error) {
    if (error instanceof NodeRefusal && error.node_code === RPC.already_in_chain) return null;
    if (error instanceof VenueError) return error.message;
    throw error;
  }
}

async function isKnown({ rpc, node_wallet }: AccountAt, txid: string): Promise<boolean> {
  try {
    if (await isInPool(rpc, txid)) return true;
    const known = await readTransaction(rpc, node_wallet, txid);
    return known !== null && known.confirmations > 0;
  } catch (error) {
    if (error instanceof VenueError) return false;
    throw error;
  }
}
