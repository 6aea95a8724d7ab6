/** Is that transfer ours? What a venue reports counts only when it is the approved plan. Pure. */
import { sameAddress, sameContract } from "../../authority/index.ts";
import type { VenueTransfer } from "../../venues/port.ts";
import type { TransferRow } from "../types.ts";

/**
 * Everything in which the venue's transfer contradicts ours; empty when it is ours. One strong identity is needed (our
 * reference, the venue's own id, or the hash), and nothing may contradict. A hash that changed under the same reference is a
 * replacement, not a contradiction.
 * @example differencesFromRow(row, found) // ["amount"]
 */
export function differencesFromRow(row: TransferRow, found: VenueTransfer): readonly string[] {
  const by_reference = found.reference === row.reference;
  const known_hash = row.tx_hash ?? row.prepared?.tx_hash ?? null;
  const by_venue_ref = row.venue_ref !== null && found.venue_ref === row.venue_ref;
  const by_hash = known_hash !== null && found.tx_hash === known_hash;
  const contradicts = {
    reference: found.reference !== null && !by_reference,
    identity: !by_reference && !by_venue_ref && !by_hash,
    asset: found.asset !== row.asset,
    chain_id: isOther(found.chain_id, row.plan.chain_id),
    contract:
      found.contract !== undefined &&
      row.plan.contract !== undefined &&
      !sameContract(found.contract, row.plan.contract),
    amount: found.amount !== row.amount,
    destination:
      row.plan.self === undefined
        ? found.self === true || !sameAddress(found.to_address, row.plan.to.address)
        : found.self !== true,
    memo: (found.to_memo ?? null) !== null && found.to_memo !== row.plan.to.memo,
    amount_received: found.amount_received !== null && !isPartOf(found.amount_received, row.amount),
    fee: found.fee !== null && found.fee < 0n,
  };
  return Object.entries(contradicts).flatMap(([field, wrong]) => (wrong ? [field] : []));
}

/** A plan of an earlier version names no chain: then nothing can be compared. */
function isOther(found: number | null | undefined, planned: number | null | undefined): boolean {
  return found !== undefined && planned !== undefined && found !== planned;
}

function isPartOf(part: bigint, whole: bigint): boolean {
  return part >= 0n && part <= whole;
}
