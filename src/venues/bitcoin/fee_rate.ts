/** What a payment has to offer for its place in a block. */

import { z } from "zod";
import { maxOf } from "../../money/index.ts";
import { VenueError } from "../index.ts";
import { Amount, type Rpc } from "./rpc.ts";
import type { FeeSettings } from "./types.ts";
import { rateText } from "./units.ts";

/** Without one, too few payments were seen: a new node, or a test chain. */
const Estimate = z.object({ feerate: Amount.optional() });
/** The pool takes nothing below these, each in BTC per 1,000 virtual bytes. */
const Pool = z.object({ mempoolminfee: Amount, minrelaytxfee: Amount });

/**
 * Satoshi per 1,000 virtual bytes, never below what the node's pool takes.
 * @throws VenueError venue_transient while it is above the configured limit
 */
export async function readFeeRate(rpc: Rpc, fee: FeeSettings): Promise<bigint> {
  const rate = await askFeeRate(rpc, fee);
  if (rate <= fee.rate_max) return rate;
  const message = `The network asks for ${rateText(rate)}, more than the limit of ${rateText(fee.rate_max)}; it is tried again later.`;
  throw new VenueError("venue_transient", message);
}

/** What a replacement has to pay for its own way through the network, beside the fee of what it replaces. @throws VenueError */
export async function readRelayRate(rpc: Rpc): Promise<bigint> {
  const { incrementalrelayfee } = await rpc.call("getmempoolinfo", [], z.object({ incrementalrelayfee: Amount }));
  return incrementalrelayfee;
}

/** The same without a limit, for what a payment would cost. @throws VenueError */
export async function askFeeRate(rpc: Rpc, { rate_fallback, target_blocks }: FeeSettings): Promise<bigint> {
  const { feerate } = await rpc.call("estimatesmartfee", [target_blocks, "conservative"], Estimate);
  const { mempoolminfee, minrelaytxfee } = await rpc.call("getmempoolinfo", [], Pool);
  return [mempoolminfee, minrelaytxfee].reduce((most, one) => maxOf(one, most), feerate ?? rate_fallback);
}
