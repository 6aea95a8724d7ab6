/** Asking the venue about a transfer of ours. A look-up never throws for an answer; what throws anyway is `unreadable`. */
import type { FindOutcome } from "../../venues/port.ts";
import { findWallet, messageOf, refOf, type TransferDeps } from "../context.ts";
import type { TransferRow } from "../types.ts";

export async function lookUp(deps: TransferDeps, row: TransferRow): Promise<FindOutcome> {
  const wallet = findWallet(deps.config, row.from_wallet);
  const venue = deps.venues.get(row.plan.from.venue);
  if (wallet === undefined || venue === undefined) {
    return { outcome: "unreadable", message: `The venue ${row.plan.from.venue} is not configured any more.` };
  }
  try {
    return await venue.find({
      wallet: refOf(wallet),
      reference: row.reference,
      venue_ref: row.venue_ref,
      tx_hash: row.tx_hash ?? row.prepared?.tx_hash ?? null,
      prepared: row.prepared,
      asset: row.asset,
      network: row.network,
    });
  } catch (error) {
    return { outcome: "unreadable", message: messageOf(error) };
  }
}
