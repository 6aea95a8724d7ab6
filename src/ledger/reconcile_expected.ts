/**
 * Movements that carry neither our reference nor our hash, matched to what is expected by amount and window. Such a likeness only
 * keeps a break from opening while the transfer is followed: it is never written down, settles nothing, and ends as soon as the
 * transfer's own movement is listed. Pure.
 */
import type { MovementRow } from "../store/index.ts";
import type { ReconciledTransfer, ReconcileInput, ReportedMovement } from "./reconcile.ts";

/** Clocks of venues may be this far behind ours. */
const CLOCK_SKEW_MAX_MS = 3_600_000;

/** What a movement does to its wallet. */
export function effectOf({ direction, amount, fee }: Pick<MovementRow, "direction" | "amount" | "fee">): bigint {
  return direction === "in" ? amount : -(amount + fee);
}

/** The same movements; an unexplained one that exactly one transfer waits for counts as that transfer's. */
export function expectMovements({ wallet_id, transfers, movements }: ReconcileInput): ReportedMovement[] {
  const sides = new Set(movements.filter(({ transfer_id }) => transfer_id !== null).map(sideOf));
  const oldest_first = [...movements].sort((a, b) => a.at - b.at || (a.movement_id < b.movement_id ? -1 : 1));
  const expected = new Map<string, string>();
  for (const movement of oldest_first.filter(({ unexplained, disputed }) => unexplained && !disputed)) {
    const waiting = transfers.filter(
      (transfer) =>
        !sides.has(sideOf({ ...movement, transfer_id: transfer.id })) && isLike(transfer, movement, wallet_id),
    );
    const [only] = waiting;
    if (only === undefined || waiting.length > 1) continue;
    expected.set(movement.movement_id, only.id);
    sides.add(sideOf({ ...movement, transfer_id: only.id }));
  }
  return movements.map((movement) => {
    const transfer_id = expected.get(movement.movement_id);
    return transfer_id === undefined ? movement : { ...movement, transfer_id, unexplained: false };
  });
}

function sideOf({ transfer_id, direction }: Pick<MovementRow, "transfer_id" | "direction">): string {
  return `${transfer_id}/${direction}`;
}

function isLike(transfer: ReconciledTransfer, movement: ReportedMovement, wallet_id: string): boolean {
  const end = movement.direction === "out" ? transfer.from_wallet : transfer.to_wallet;
  if (end !== wallet_id || !isSent(transfer)) return false;
  // A reference that is not ours names somebody else's payment.
  if (movement.reference !== null && movement.reference !== transfer.id) return false;
  const other_hash = movement.tx_hash !== null && transfer.tx_hash !== null && movement.tx_hash !== transfer.tx_hash;
  if (movement.direction === "out" && other_hash) return false;
  const in_window = movement.at >= transfer.created_at - CLOCK_SKEW_MAX_MS;
  return in_window && movement.amount <= transfer.amount && movement.amount >= transfer.amount - transfer.fee_max;
}

function isSent({ state }: ReconciledTransfer): boolean {
  return state === "submitting" || state === "submitted" || state === "held" || state === "settled";
}
