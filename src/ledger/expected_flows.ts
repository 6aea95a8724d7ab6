/**
 * Which movement is which flow that was announced. Pure. Wallet, direction and amount are the same to the unit, the time lies in the
 * window, and what both sides say of reference, hash and destination does not differ. Each movement has at most one flow, and each
 * flow at most one movement: those that share a reference find each other first, then those that share a hash, then the rest by
 * amount and window, oldest first.
 */
import type { ExpectedFlowRow, MovementRow } from "../store/index.ts";

export type AnnouncedFlow = Pick<
  ExpectedFlowRow,
  | "id"
  | "wallet_id"
  | "reference"
  | "asset"
  | "direction"
  | "amount"
  | "destination"
  | "tx_hash"
  | "from_at"
  | "until_at"
>;
export type ListedMovement = Pick<
  MovementRow,
  "wallet_id" | "movement_id" | "asset" | "direction" | "amount" | "reference" | "tx_hash" | "counterparty" | "at"
>;

export interface FlowMatch<F, M> {
  readonly flow: F;
  readonly movement: M;
}

type Likeness = (flow: AnnouncedFlow, movement: ListedMovement) => boolean;

/** From the surest to the weakest. */
const LIKENESSES: readonly Likeness[] = [
  (flow, movement) => flow.reference === movement.reference,
  (flow, movement) => flow.tx_hash !== null && sameText(flow.tx_hash, movement.tx_hash),
  (flow, movement) => flow.destination !== null && sameText(flow.destination, movement.counterparty),
  () => true,
];

/** @example matchFlows([flow], [movement]) // [{ flow, movement }] */
export function matchFlows<F extends AnnouncedFlow, M extends ListedMovement>(
  flows: readonly F[],
  movements: readonly M[],
): FlowMatch<F, M>[] {
  const free = new Set([...flows].sort((a, b) => a.until_at - b.until_at || (a.id < b.id ? -1 : 1)));
  const open = new Set([...movements].sort((a, b) => a.at - b.at || (a.movement_id < b.movement_id ? -1 : 1)));
  const found: FlowMatch<F, M>[] = [];
  for (const isLike of LIKENESSES) {
    for (const movement of open) {
      const flow = [...free].find((one) => fits(one, movement) && isLike(one, movement));
      if (flow === undefined) continue;
      free.delete(flow);
      open.delete(movement);
      found.push({ flow, movement });
    }
  }
  return found;
}

function fits(flow: AnnouncedFlow, movement: ListedMovement): boolean {
  return (
    flow.wallet_id === movement.wallet_id &&
    flow.asset === movement.asset &&
    flow.direction === movement.direction &&
    flow.amount === movement.amount &&
    movement.at >= flow.from_at &&
    movement.at <= flow.until_at &&
    !differ(flow.tx_hash, movement.tx_hash) &&
    !differ(flow.destination, movement.counterparty)
  );
}

/** Both say something, and not the same. What a venue does not tell is no difference. */
function differ(told: string | null, listed: string | null): boolean {
  return told !== null && listed !== null && !sameText(told, listed);
}

/** Hashes and EVM addresses are written in either case; other addresses are as they are. */
function sameText(told: string, listed: string | null): boolean {
  if (listed === null) return false;
  const isHex = /^(0x)?[0-9a-f]+$/i;
  return told === listed || (isHex.test(told) && isHex.test(listed) && told.toLowerCase() === listed.toLowerCase());
}
