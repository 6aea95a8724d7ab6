/** What may be behind a difference, ranked: exact likenesses to our own transfers first, then what the movement itself says. Pure. */
import type { ReconciledTransfer, ReconcileInput, ReportedMovement } from "./reconcile.ts";
import type { BreakCause } from "./types.ts";

/** Candidates kept per break. */
export const CAUSES_MAX = 5;

/** Of a movement that nobody of ours made: at least one. */
export function causesOfMovement(movement: ReportedMovement, input: ReconcileInput): BreakCause[] {
  const { movement_id, direction, amount, counterparty } = movement;
  const other = counterparty === null ? "" : direction === "out" ? ` to ${counterparty}` : ` from ${counterparty}`;
  const plain: BreakCause =
    direction === "out"
      ? { code: "outflow_without_transfer", ref: movement_id, sentence: `Outflow without a transfer${other}.` }
      : { code: "unknown_deposit", ref: movement_id, sentence: `Unknown deposit${other}.` };
  const like = input.transfers.filter((transfer) => touches(transfer, input.wallet_id, direction));
  const twice = like.filter(
    (transfer) => direction === "out" && transfer.amount === amount && isSeen(transfer, movement, input),
  );
  const late = like.filter((transfer) => near(transfer, amount) && !twice.includes(transfer));
  return [
    ...twice.map(({ id }) => cause("paid_twice", id, `${id} may have been paid twice.`)),
    ...(direction === "in" ? late.map(lateSettle) : []),
    plain,
    ...(direction === "out" ? late.map(lateSettle) : []),
  ].slice(0, CAUSES_MAX);
}

/** Of a balance that no listed movement explains: at least one. */
export function causesOfBalance(difference: bigint, input: ReconcileInput): BreakCause[] {
  const size = difference < 0n ? -difference : difference;
  const direction = difference < 0n ? "out" : "in";
  const own = input.transfers.filter(({ from_wallet, to_wallet }) =>
    [from_wallet, to_wallet].includes(input.wallet_id),
  );
  const late = own.filter((transfer) => near(transfer, size));
  const fees = own.filter(
    (transfer) => transfer.from_wallet === input.wallet_id && size <= transfer.fee_max && !late.includes(transfer),
  );
  const plain: BreakCause =
    direction === "out"
      ? cause("unlisted_outflow", null, "Outflow without a transfer that the venue does not list.")
      : cause("unlisted_inflow", null, "Deposit or refund that the venue has not listed yet.");
  const fee_sentence = direction === "out" ? "Fee of" : "Fee returned for";
  return [
    ...late.map(lateSettle),
    ...fees.map(({ id }) => cause("fee_of_transfer", id, `${fee_sentence} ${id}.`)),
    plain,
  ].slice(0, CAUSES_MAX);
}

export function chainCause(): BreakCause {
  return cause(
    "venue_differs_from_chain",
    null,
    "The venue shows another balance than the chain has at the same block.",
  );
}

function lateSettle({ id, state }: ReconciledTransfer): BreakCause {
  return cause("late_settle", id, `Late settlement of ${id}, which is ${state}.`);
}

function cause(code: BreakCause["code"], ref: string | null, sentence: string): BreakCause {
  return { code, ref, sentence };
}

function touches(transfer: ReconciledTransfer, wallet_id: string, direction: "in" | "out"): boolean {
  return (direction === "out" ? transfer.from_wallet : transfer.to_wallet) === wallet_id;
}

/** The amount with what a fee may add or take. */
function near(transfer: ReconciledTransfer, size: bigint): boolean {
  return size >= transfer.amount - transfer.fee_max && size <= transfer.amount + transfer.fee_max;
}

function isSeen(transfer: ReconciledTransfer, movement: ReportedMovement, input: ReconcileInput): boolean {
  return input.movements.some(
    ({ transfer_id, direction }) => transfer_id === transfer.id && direction === movement.direction,
  );
}
