/** What became of a payment: succeeded when it, or it at another fee, is final in the chain; failed when its coin is gone for good. */
import type { Clock } from "../../ports/index.ts";
import { VenueError } from "../index.ts";
import type { FindAnswer, FindOutcome, FindQuery, VenueTransfer } from "../port.ts";
import type { AccountAt } from "./balance.ts";
import { addressOf } from "./chains.ts";
import { type CoinAsset, fromSats } from "./coin_asset.ts";
import { type Located, locatePayment } from "./payment_state.ts";
import { type Opened, openSigned, readSigned } from "./signed.ts";
import { outpointText } from "./types.ts";

/** Name of a payment that survives a higher fee: the coin it begins with. */
export function venueRefOf(network: string, { inputs }: Pick<Opened, "inputs">): string {
  const [anchor] = inputs;
  return `${network}:${anchor === undefined ? "" : outpointText(anchor)}`;
}

export interface FindParts {
  readonly at: AccountAt;
  readonly item: CoinAsset;
  readonly clock: Pick<Clock, "now">;
}

/** Never throws for an answer. */
export async function findPayment({ at, item, clock }: FindParts, query: FindQuery): Promise<FindOutcome> {
  const { prepared } = query;
  if (prepared === null)
    return { outcome: "unreadable", message: "Only a payment that was prepared here can be looked up." };
  try {
    const opened = openSigned(prepared, at.account, at.settings.network);
    const located = await locatePayment(at, opened, readSigned(prepared).from_height, clock.now());
    return { ...answerOf({ at, item }, opened, located), head_at: located.head_at };
  } catch (error) {
    if (error instanceof VenueError) return { outcome: "unreadable", message: error.message };
    throw error;
  }
}

function answerOf({ at, item }: Pick<FindParts, "at" | "item">, opened: Opened, located: Located): FindAnswer {
  if (located.kind === "absent") return { outcome: "absent", as_of: located.as_of };
  const needed = at.settings.confirmations;
  const confirmations = Math.min(located.confirmations, needed);
  const final = confirmations >= needed;
  const base: VenueTransfer = {
    venue_ref: venueRefOf(at.settings.network, opened),
    // The chain carries no reference of ours: identity is the anchor and the mark.
    reference: null,
    tx_hash: opened.txid,
    stage: final ? "final" : confirmations > 0 ? "confirming" : "broadcast",
    status: "pending",
    final,
    asset: item.asset.id,
    ...paidTo({ at, item }, opened),
    amount_received: null,
    fee: null,
    confirmations,
    confirmations_needed: needed,
    raw_status: "in the pool",
  };
  if (located.kind === "replaced") {
    const raw_status = `its coin was spent by ${located.by}${final ? "" : ", not yet for good"}`;
    const verdict = final ? ({ status: "failed", fee: 0n } as const) : {};
    return {
      outcome: "found",
      transfer: { ...base, stage: final ? "final" : "broadcast", confirmations: null, raw_status, ...verdict },
    };
  }
  const transfer = { ...base, tx_hash: located.txid };
  // Of a payment to itself the fee is all that is booked: without it nothing is final.
  if (opened.paid === null && located.fee === null)
    return { outcome: "found", transfer: { ...transfer, stage: "broadcast", final: false, confirmations: null } };
  if (confirmations === 0) return { outcome: "found", transfer };
  const fee = located.fee === null ? null : fromSats(item, located.fee);
  const received = { status: "succeeded", amount_received: base.amount, fee } as const;
  return {
    outcome: "found",
    transfer: { ...transfer, ...received, raw_status: `${located.confirmations} confirmations` },
  };
}

function paidTo(
  { at, item }: Pick<FindParts, "at" | "item">,
  { paid }: Opened,
): Pick<VenueTransfer, "to_address" | "amount" | "self"> {
  if (paid === null) return { to_address: "", amount: 0n, self: true };
  return { to_address: addressOf(at.settings.chain, paid.script) ?? "", amount: fromSats(item, paid.amount) };
}
