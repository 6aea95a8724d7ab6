/**
 * The postings of a transfer's life. Each is keyed by the transfer and the step, so that a replay after a crash is the first
 * result; each later step books the earlier ones it needs.
 *
 *   planned    hold amount + fee_max on the source wallet
 *   submitted  the hold ends; Dr transit, Cr source wallet: amount; a smaller hold keeps fee_max for the fee
 *   settled    Dr destination wallet (of a payee: what customers are owed): received; Dr fee: what the move cost; Cr transit: amount; Cr source wallet: fee beside it
 *   reopened   what was booked at `settled` is reversed, by a new entry; the next settlement has the next key
 *   closed     denied, expired, cancelled, failed: holds are voided, what was booked at `submitted` is reversed
 *
 * Of a payment of a wallet to itself only the fee leaves: its amount is zero, nothing is booked at `submitted`, and its one hold lasts.
 */
import { AssertionError, assert } from "../errors/index.ts";
import type { Ids, Instant } from "../ports/index.ts";
import { type ReadTx, type Tx, tables } from "../store/index.ts";
import type { TransferRow } from "../transfers/types.ts";
import { accountId, customersAccount, feeAccount, transitAccount, walletAccount } from "./accounts.ts";
import { LedgerError } from "./errors.ts";
import { placeHold, voidHold } from "./hold.ts";
import { accountsOfFact, credit, debit, nonZero } from "./lines.ts";
import { findPosting, post } from "./post.ts";
import { reversalKey, reversePosting } from "./reverse.ts";
import type { AccountRef, Posted } from "./types.ts";

/** What of a transfer its postings depend on. */
export type BookedTransfer = Pick<
  TransferRow,
  "id" | "asset" | "from_wallet" | "to_wallet" | "direction" | "amount" | "fee_max"
>;

export interface Settlement {
  /** Delivered to the destination, net. Less than the amount when the fee was taken from it. */
  readonly received: bigint;
  /** Taken from the source wallet beside the amount; zero where the fee was taken from the amount or in another asset. */
  readonly fee_beside: bigint;
}

const holdId = (id: string): string => `transfer/${id}`;
const feeHoldId = (id: string, times: number): string =>
  times === 0 ? `transfer/${id}/fee` : `transfer/${id}/fee/${times + 1}`;
const submittedKey = (id: string): string => `transfer/${id}/submitted`;
/** `times`: how often it was reopened before. */
const settledKey = (id: string, times: number): string =>
  times === 0 ? `transfer/${id}/settled` : `transfer/${id}/settled/${times + 1}`;
/** A settlement is taken back at most so often; a network that does it more often is not believed any more. */
export const REOPENED_MAX = 8;

/** What the move cost in all: beside the amount and out of it. Null while the outcome is not known. */
export function feePaid(transfer: Pick<TransferRow, "amount" | "amount_received" | "fee_actual">): bigint | null {
  const { amount, amount_received, fee_actual } = transfer;
  if (amount_received === null) return null;
  return amount - amount_received + (fee_actual ?? 0n);
}

/**
 * What the postings of a transfer look at, asked for at once, where the store gathers what is asked for: it answers the looks that
 * follow in the same transaction from memory. Changes nothing, and what is left out is only asked for later.
 */
export async function lookAhead(tx: ReadTx, transfer: BookedTransfer): Promise<void> {
  if (tx.gathers !== true) return;
  const { id, asset, from_wallet, amount } = transfer;
  const keys = [submittedKey(id), settledKey(id, 0)];
  const lines = [debit(transitAccount(from_wallet, asset), amount), credit(walletAccount(from_wallet, asset), amount)];
  const arriving = [debit(arrival(transfer), amount), debit(feeAccount(from_wallet, asset), amount)];
  const accounts = [...new Set([...lines, ...arriving].flatMap(accountsOfFact).map(accountId))];
  await Promise.all([
    tx.find(tables.posting, { where: { key: { in: keys } }, limit: keys.length }),
    tx.find(tables.account, { where: { id: { in: accounts } }, limit: accounts.length }),
    lookAtHold(tx, transfer),
    tx.get(tables.hold, { id: feeHoldId(id, 0) }),
  ]);
}

/** The same for the posting of a plan. */
export async function lookAtHold(tx: ReadTx, { id }: Pick<BookedTransfer, "id">): Promise<void> {
  if (tx.gathers === true) await tx.get(tables.hold, { id: holdId(id) });
}

/** @throws LedgerError ledger_insufficient when the books do not have it: the move must not start */
export async function bookPlanned(tx: Tx, transfer: BookedTransfer, at: Instant): Promise<void> {
  const account = walletAccount(transfer.from_wallet, transfer.asset);
  await placeHold(tx, {
    id: holdId(transfer.id),
    account,
    amount: transfer.amount + transfer.fee_max,
    ref: transfer.id,
    at,
  });
}

/** At `submitted`: the venue accepted it, so the amount is on its way. @throws LedgerError */
export async function bookSubmitted(tx: Tx, ids: Ids, transfer: BookedTransfer, at: Instant): Promise<void> {
  const { id, asset, from_wallet, to_wallet, amount } = transfer;
  if (isToItself(transfer)) return;
  const posted = await post(tx, ids, {
    key: submittedKey(id),
    kind: "transfer_submitted",
    ref: id,
    memo: `${from_wallet} to ${to_wallet}`,
    at,
    basis: "fact",
    lines: [debit(transitAccount(from_wallet, asset), amount), credit(walletAccount(from_wallet, asset), amount)],
    releases: [holdId(id)],
  });
  if (!posted.replayed) await holdFee(tx, transfer, feeHoldId(id, 0), at);
}

function isToItself({ from_wallet, to_wallet }: BookedTransfer): boolean {
  return from_wallet === to_wallet;
}

/**
 * At `settled`, also straight from `held`. Only what was delivered is credited.
 * @throws LedgerError ledger_settlement_impossible when more arrived than left: people must look at it first
 */
export async function bookSettled(
  tx: Tx,
  ids: Ids,
  transfer: BookedTransfer,
  settlement: Settlement,
  at: Instant,
): Promise<Posted> {
  const { id, asset, from_wallet, to_wallet, amount } = transfer;
  const { received, fee_beside } = settlement;
  const unpaid = isToItself(transfer) && fee_beside === 0n;
  if (received < 0n || received > amount || fee_beside < 0n || unpaid) {
    throw new LedgerError(
      "ledger_settlement_impossible",
      `${received} received and ${fee_beside} of fee cannot come from ${amount}.`,
      { transfer: id, amount: amount.toString(), received: received.toString(), fee_beside: fee_beside.toString() },
    );
  }
  await bookSubmitted(tx, ids, transfer, at);
  const { key, booked, times } = await settlementOf(tx, id);
  if (!booked) await voidFeeHold(tx, isToItself(transfer) && times === 0 ? holdId(id) : feeHoldId(id, times));
  return post(tx, ids, {
    key,
    kind: "transfer_settled",
    ref: id,
    memo: `${from_wallet} to ${to_wallet}`,
    at,
    basis: "fact",
    lines: nonZero([
      debit(arrival(transfer), received),
      debit(feeAccount(from_wallet, asset), amount - received + fee_beside),
      credit(transitAccount(from_wallet, asset), amount),
      credit(walletAccount(from_wallet, asset), fee_beside),
    ]),
  });
}

/** Where it arrives in the books. */
function arrival({ asset, to_wallet, direction }: BookedTransfer): AccountRef {
  return direction === "reserve_to_payee" ? customersAccount(asset) : walletAccount(to_wallet, asset);
}

/**
 * Settled, and the network took it back: the settlement is mirrored, the amount is in transit again and its fee held again. It is
 * a fact: what the destination spent meanwhile shows as suspense. A second call changes nothing.
 */
export async function bookReopened(tx: Tx, ids: Ids, transfer: BookedTransfer, at: Instant): Promise<void> {
  const { id } = transfer;
  const { key, booked, times } = await settlementOf(tx, id);
  if (!booked) return;
  await reversePosting(tx, ids, { key, memo: "its network took it back", at });
  await holdFee(tx, transfer, feeHoldId(id, times + 1), at);
}

/** How often its settlement was taken back. */
export async function timesReopened(tx: Pick<Tx, "find">, id: string): Promise<number> {
  return (await settlementOf(tx, id)).times;
}

/** The settlement that stands (`booked`), or the key of the next one. */
async function settlementOf(
  tx: Pick<Tx, "find">,
  id: string,
): Promise<{ readonly key: string; readonly booked: boolean; readonly times: number }> {
  for (let times = 0; times <= REOPENED_MAX; times += 1) {
    const key = settledKey(id, times);
    if ((await findPosting(tx, key)) === undefined) return { key, booked: false, times };
    if ((await findPosting(tx, reversalKey(key))) === undefined) return { key, booked: true, times };
  }
  throw new AssertionError(`${id} was reopened more than ${REOPENED_MAX} times`);
}

/** At `denied`, `expired`, `cancelled` and `failed`: whatever was held is free again, whatever was booked is taken back. */
export async function bookClosed(tx: Tx, ids: Ids, transfer: BookedTransfer, at: Instant): Promise<void> {
  const { id } = transfer;
  const { booked, times } = await settlementOf(tx, id);
  assert(!booked, `the transfer ${id} is settled in the books`);
  const key = submittedKey(id);
  if ((await findPosting(tx, key)) === undefined) {
    await voidHold(tx, holdId(id));
    if (times > 0) await voidFeeHold(tx, feeHoldId(id, times));
    return;
  }
  await voidFeeHold(tx, feeHoldId(id, times));
  await reversePosting(tx, ids, { key, memo: "nothing moved", at });
}

/** Keeps for the fee what is there of it: the venue has already accepted, so this may not refuse. */
async function holdFee(tx: Tx, transfer: BookedTransfer, hold_id: string, at: Instant): Promise<void> {
  const { fee_max } = transfer;
  const account = walletAccount(transfer.from_wallet, transfer.asset);
  if (fee_max === 0n) return;
  try {
    await placeHold(tx, { id: hold_id, account, amount: fee_max, ref: transfer.id, at });
  } catch (error) {
    if (!(error instanceof LedgerError && error.code === "ledger_insufficient")) throw error;
  }
}

async function voidFeeHold(tx: Tx, hold_id: string): Promise<void> {
  if (await tx.get(tables.hold, { id: hold_id })) await voidHold(tx, hold_id);
}
