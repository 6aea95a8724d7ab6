/**
 * One wallet's books against its venue and, where there is one, the chain. The sides see a movement at different moments, so the
 * expected balance is the books corrected by every movement that one side has seen and the other not yet. What is left over is
 * split into the movements that nobody of ours made and a rest that no movement explains; each becomes a break. Pure.
 */

import type { AssetId } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import type { MovementRow } from "../store/index.ts";
import type { TransferRow } from "../transfers/types.ts";
import { causesOfBalance, causesOfMovement, chainCause } from "./breaks_causes.ts";
import { effectOf, expectMovements } from "./reconcile_expected.ts";
import type { Unexplained, WalletReconciliation } from "./types.ts";

/** A movement the venue reported, and whether the balance compared already contains it. */
export interface ReportedMovement
  extends Pick<
    MovementRow,
    | "movement_id"
    | "direction"
    | "amount"
    | "fee"
    | "transfer_id"
    | "unexplained"
    | "reference"
    | "tx_hash"
    | "counterparty"
    | "at"
  > {
  readonly included: boolean;
  /** A break is open for it: only its transfer or people can explain it now, no likeness any more. */
  readonly disputed: boolean;
}

export type ReconciledTransfer = Pick<
  TransferRow,
  | "id"
  | "state"
  | "from_wallet"
  | "to_wallet"
  | "amount"
  | "fee_max"
  | "tx_hash"
  | "created_at"
  | "submitted_at"
  | "fee_actual"
  | "amount_received"
>;

/** A second, independent reading. Only one of the same block can be compared to the last unit. */
export interface ChainReading {
  readonly total: bigint;
  readonly as_of: Instant;
  readonly same_block: boolean;
}

export interface ReconcileInput {
  readonly wallet_id: string;
  readonly asset: AssetId;
  /** Balance of the wallet's account. */
  readonly ledger: bigint;
  /** Payments of this wallet that suspense carries until the arrival they were paid from is final and booked; 0 where absent. */
  readonly carried?: bigint;
  /** The venue's total, and when it was true; null when it is not known. */
  readonly venue: { readonly total: bigint; readonly as_of: Instant } | null;
  readonly chain?: ChainReading | null;
  /**
   * Transfers of this wallet that may be seen by one side only: all open ones, and those ended since before this balance. A
   * transfer left out counts as seen by both.
   */
  readonly transfers: readonly ReconciledTransfer[];
  /** Of this wallet: every one of those transfers, every one that is not in the balance, every unexplained one. */
  readonly movements: readonly ReportedMovement[];
}

/**
 * `in_flight`: no difference, but only thanks to corrections. An unknown balance gives neither agreement nor a break of the
 * balance; a movement that nobody of ours made is unexplained in any case.
 * @example reconcileWallet({ wallet_id: "hot", asset: "USDT", ledger: 7n, venue: { total: 7n, as_of }, transfers: [], movements: [] })
 */
export function reconcileWallet(given: ReconcileInput): WalletReconciliation {
  const input = { ...given, movements: expectMovements(given) };
  const { wallet_id, asset, ledger, venue, movements, chain = null, carried = 0n } = input;
  const corrections = input.transfers.map((transfer) => ownCorrection(transfer, input));
  const in_flight = sum(corrections);
  const pending = flowCorrection(input) - carried;
  const expected = ledger + in_flight + pending;
  const strays = movements.filter(({ unexplained }) => unexplained);
  const listed = sum(strays.filter(({ included }) => included).map(effectOf));
  const rest = venue === null ? 0n : venue.total - expected - listed;
  const unexplained: Unexplained[] = [
    ...strays.map((stray) => ofMovement(stray, input)),
    ...(rest === 0n ? [] : [ofBalance(rest, input)]),
    ...ofChain(input),
  ];
  const corrected = pending !== 0n || corrections.some((correction) => correction !== 0n);
  return {
    wallet_id,
    asset,
    venue: venue?.total ?? null,
    ledger,
    chain: chain?.total ?? null,
    chain_as_of: chain?.as_of ?? null,
    expected,
    in_flight,
    pending,
    difference: venue === null ? null : sum(strays.map(effectOf)) + rest,
    unexplained,
    as_of: venue?.as_of ?? null,
    state: unexplained.length > 0 ? "break" : venue === null ? "unknown" : corrected ? "in_flight" : "equal",
  };
}

function ofMovement(movement: ReportedMovement, input: ReconcileInput): Unexplained {
  return {
    kind: "movement",
    movement_id: movement.movement_id,
    difference: effectOf(movement),
    causes: causesOfMovement(movement, input),
  };
}

function ofBalance(difference: bigint, input: ReconcileInput): Unexplained {
  return { kind: "balance", movement_id: null, difference, causes: causesOfBalance(difference, input) };
}

function ofChain({ venue, chain = null }: ReconcileInput): Unexplained[] {
  if (venue === null || chain === null || !chain.same_block || chain.total === venue.total) return [];
  return [{ kind: "chain", movement_id: null, difference: chain.total - venue.total, causes: [chainCause()] }];
}

/** Booked at `submitted` and taken back at `failed`; a settled transfer went through `submitted` in the books. */
function isOutBooked(transfer: ReconciledTransfer): boolean {
  if (transfer.state === "settled") return true;
  return transfer.submitted_at !== null && (transfer.state === "submitted" || transfer.state === "held");
}

/** What the venue's balance has of one of our transfers and the books have not, with its sign. */
function ownCorrection(transfer: ReconciledTransfer, input: ReconcileInput): bigint {
  const seen = input.movements.filter(({ transfer_id, included }) => transfer_id === transfer.id && included);
  // What a network undid is seen twice, there and back: as if it had not been seen.
  const moved = sum(seen.map(effectOf));
  const settled = transfer.state === "settled";
  let correction = 0n;
  if (transfer.from_wallet === input.wallet_id) {
    const booked = (isOutBooked(transfer) ? transfer.amount : 0n) + (settled ? (transfer.fee_actual ?? 0n) : 0n);
    // Booked to the end and seen: both sides have said their last word, and a difference between them is a difference.
    if (!settled || moved === 0n) correction += booked + moved;
  }
  // A wallet that pays itself has one side alone.
  if (transfer.to_wallet === input.wallet_id && transfer.from_wallet !== transfer.to_wallet) {
    const booked = settled ? (transfer.amount_received ?? 0n) : 0n;
    if (!settled || moved === 0n) correction += moved - booked;
  }
  return correction;
}

/** Customers' movements are booked when they are read; those the balance does not contain yet are taken off again. */
function flowCorrection(input: ReconcileInput): bigint {
  const late = input.movements.filter(
    ({ transfer_id, included, unexplained }) => transfer_id === null && !included && !unexplained,
  );
  return -sum(late.map(effectOf));
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
