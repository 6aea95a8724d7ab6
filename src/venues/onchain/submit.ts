/**
 * Broadcasting a signed transaction. The signed bytes are the idempotency key: sent twice, they have one effect. A node's
 * refusal proves little, because another node may have taken the same bytes before: whether the chain knows the hash
 * decides, and otherwise the outcome is unknown.
 */
import type { Hex } from "viem";
import type { PreparedSubmit } from "../../transfers/types.ts";
import { VenueError } from "../index.ts";
import type { SubmitOutcome } from "../port.ts";
import { knowsTransaction } from "./locate.ts";
import { nodeWords } from "./node_error.ts";
import { proveSender, readSignedTransaction } from "./signed_transaction.ts";
import type { Chain } from "./types.ts";

/** Never throws for an outcome. `rejected` only for bytes that are not ours to send. */
export async function broadcast(
  chain: Chain,
  prepared: PreparedSubmit,
  sender: Hex,
  venue_ref: string,
): Promise<SubmitOutcome> {
  const { tx_hash } = prepared;
  try {
    await proveSender(readSignedTransaction(prepared), sender);
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    return { outcome: "rejected", code: error.code, message: error.message };
  }
  const refusal = await send(chain, readSignedTransaction(prepared).raw_tx, tx_hash);
  if (refusal === null || (await isKnown(chain, tx_hash))) {
    return { outcome: "accepted", venue_ref, tx_hash, stage: "broadcast" };
  }
  return { outcome: "unknown", message: `The node did not confirm that it took the transaction: ${refusal}` };
}

/** Null when the node took it; else what it said. */
async function send(chain: Chain, raw_tx: Hex, tx_hash: string | null): Promise<string | null> {
  try {
    const taken = await chain.client.sendRawTransaction({ serializedTransaction: raw_tx });
    return taken === tx_hash ? null : "it answered with another hash";
  } catch (error) {
    return nodeWords(error);
  }
}

async function isKnown(chain: Chain, tx_hash: string | null): Promise<boolean> {
  try {
    return tx_hash !== null && (await knowsTransaction(chain.client, tx_hash as Hex));
  } catch {
    return false;
  }
}
