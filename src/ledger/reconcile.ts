/**
 * One wallet's books against its venue's balance. The two see a movement at different moments, so the expected balance is the
 * books corrected by every movement that one side has seen and the other not yet. What is left over is a difference. Pure.
 */
import type { WalletReconciliation } from "../daemon/types.ts";
import type { AssetId } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import type { MovementRow } from "../store/index.ts";
import type { TransferRow } from "../transfers/types.ts";

/** A movement the venue reported, and whether the balance compared already contains it. */
export interface ReportedMovement
  extends Pick<MovementRow, "movement_id" | "direction" | "amount" | "fee" | "transfer_id"> {
  readonly included: boolean;
}

export type ReconciledTransfer = Pick<
  TransferRow,
  "id" | "state" | "from_wallet" | "to_wallet" | "amount" | "submitted_at" | "fee_actual" | "amount_received"
>;

export interface ReconcileInput {
  readonly wallet_id: string;
  readonly asset: AssetId;
  /** Balance of the wallet's account. */
  readonly ledger: bigint;
  /** The venue's total, and when it was true; null when it is not known. */
  readonly venue: { readonly total: bigint; readonly as_of: Instant } | null;
  /**
   * Transfers of this wallet that may be seen by one side only: all open ones, and those ended since before this balance. A
   * transfer left out counts as seen by both.
   */
  readonly transfers: readonly ReconciledTransfer[];
  /** Of this wallet: every one of those transfers, and every one that is not in the balance. */
  readonly movements: readonly ReportedMovement[];
}

/**
 * `in_flight`: no difference, but only thanks to corrections. An unknown balance gives neither agreement nor a break.
 * @example reconcileWallet({ wallet_id: "hot", asset: "USDT", ledger: 7n, venue: { total: 7n, as_of }, transfers: [], movements: [] })
 */
export function reconcileWallet(input: ReconcileInput): WalletReconciliation {
  const { wallet_id, asset, ledger, venue } = input;
  const corrections = [...input.transfers.map((transfer) => ownCorrection(transfer, input)), flowCorrection(input)];
  const expected = corrections.reduce((sum, correction) => sum + correction, ledger);
  const difference = venue === null ? null : venue.total - expected;
  const corrected = corrections.some((correction) => correction !== 0n);
  return {
    wallet_id,
    asset,
    venue: venue?.total ?? null,
    ledger,
    expected,
    difference,
    as_of: venue?.as_of ?? null,
    state: difference === null ? "unknown" : difference !== 0n ? "break" : corrected ? "in_flight" : "equal",
  };
}

/** Booked at `submitted` and taken back at `failed`; a settled transfer went through `submitted` in the books. */
function isOutBooked(transfer: ReconciledTransfer): boolean {
  if (transfer.state === "settled") return true;
  return transfer.submitted_at !== null && (transfer.state === "submitted" || transfer.state === "held");
}

/** What the venue's balance has of one of our transfers and the books have not, with its sign. */
function ownCorrection(transfer: ReconciledTransfer, input: ReconcileInput): bigint {
  const seen = input.movements.filter(({ transfer_id, included }) => transfer_id === transfer.id && included);
  const settled = transfer.state === "settled";
  let correction = 0n;
  if (transfer.from_wallet === input.wallet_id) {
    const out = seen.filter(({ direction }) => direction === "out");
    const booked = (isOutBooked(transfer) ? transfer.amount : 0n) + (settled ? (transfer.fee_actual ?? 0n) : 0n);
    // Booked to the end and seen: both sides have said their last word, and a difference between them is a difference.
    if (!settled || out.length === 0)
      correction += booked - out.reduce((sum, { amount, fee }) => sum + amount + fee, 0n);
  }
  if (transfer.to_wallet === input.wallet_id) {
    const arrived = seen.filter(({ direction }) => direction === "in");
    const booked = settled ? (transfer.amount_received ?? 0n) : 0n;
    if (!settled || arrived.length === 0) correction += arrived.reduce((sum, { amount }) => sum + amount, 0n) - booked;
  }
  return correction;
}

/** Customers' movements are booked when they are read; those the balance does not contain yet are taken off again. */
function flowCorrection(input: ReconcileInput): bigint {
  return input.movements
    .filter(({ transfer_id, included }) => transfer_id === null && !included)
    .reduce((sum, { direction, amount, fee }) => sum + (direction === "in" ? -amount : amount + fee), 0n);
}
