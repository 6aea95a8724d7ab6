/** The node's view of the chain: its tip, how fresh that is, and the block at which things are final. */
import { z } from "zod";
import type { Instant } from "../../ports/index.ts";
import { VenueError } from "../index.ts";
import { Txid } from "./coins.ts";
import { Integer, type Rpc } from "./rpc.ts";
import type { BitcoinSettings } from "./types.ts";

/** Without a block for so long, the node and not the network is slow: once in three years for blocks every ten minutes. */
const QUIET_MS_MAX = 2 * 3_600_000;
const MS_PER_SECOND = 1_000;

const Info = z.object({
  chain: z.string(),
  blocks: Integer,
  headers: Integer,
  bestblockhash: Txid,
  time: Integer,
  initialblockdownload: z.boolean(),
});

export interface ChainView {
  readonly tip: { readonly hash: string; readonly height: number };
  /** Newest block whose payments are final; -1: there is none yet. */
  readonly final_height: number;
  /** Null where there is none yet. */
  readonly final_hash: string | null;
  /** Time of its newest block. */
  readonly head_at: Instant;
  /** When what the node says was true. */
  readonly as_of: Instant;
}

/** @throws VenueError venue_invalid when the node is on another chain */
export async function readChainView(rpc: Rpc, settings: BitcoinSettings, now: Instant): Promise<ChainView> {
  const info = await rpc.call("getblockchaininfo", [], Info);
  if (info.chain !== settings.chain.node_name) {
    throw new VenueError(
      "venue_invalid",
      `The node is on the chain "${info.chain}", not on "${settings.chain.node_name}" of ${settings.network}.`,
      { expected: settings.chain.node_name, actual: info.chain },
    );
  }
  const final_height = info.blocks - settings.confirmations + 1;
  const final_hash = final_height < 0 ? null : await rpc.call("getblockhash", [final_height], Txid);
  const behind = info.initialblockdownload || info.headers > info.blocks;
  const tip_at = info.time * MS_PER_SECOND;
  return {
    tip: { hash: info.bestblockhash, height: info.blocks },
    final_height: Math.max(final_height, -1),
    final_hash,
    head_at: tip_at,
    // A node that follows the chain speaks of now; one that lags, or hears nothing, of its newest block.
    as_of: behind || now - tip_at > QUIET_MS_MAX ? Math.min(tip_at, now) : now,
  };
}
