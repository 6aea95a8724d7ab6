/** The filter of the list: every word must be somewhere in what the row shows. */
import type { Transfer } from "../../api/types.ts";

export function matches(transfer: Transfer, text: string): boolean {
  const haystack = [
    transfer.id,
    transfer.state,
    transfer.asset,
    transfer.network,
    transfer.type,
    transfer.from.label,
    transfer.from.wallet,
    transfer.from.venue,
    transfer.to.label,
    transfer.to.wallet,
    transfer.to.venue,
    transfer.amount.amount,
    transfer.tx_hash ?? "",
    transfer.venue_ref ?? "",
    transfer.initiator,
  ]
    .join(" ")
    .toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word.replaceAll(",", "")));
}
