/** Postings of what is not a transfer of ours: opening balances, customers' deposits and withdrawals. All of them are facts. */
import { assert } from "../errors/index.ts";
import type { AssetId } from "../money/index.ts";
import type { Ids, Instant } from "../ports/index.ts";
import { type MovementRow, type Tx, tables } from "../store/index.ts";
import { customersAccount, equityAccount, feeAccount, walletAccount } from "./accounts.ts";
import { credit, debit, nonZero } from "./lines.ts";
import { findPosting, post } from "./post.ts";
import { isBooked, reversePosting } from "./reverse.ts";
import type { Posted, PostInput } from "./types.ts";

export interface Opening {
  readonly wallet_id: string;
  readonly asset: AssetId;
  /** The wallet's total when it was first observed. */
  readonly amount: bigint;
  /** To whom it belongs. */
  readonly owner: "equity" | "customers";
  readonly at: Instant;
}

/** A movement that is not ours: an arrival, or a payment out with its fee. */
export type Flow = Pick<
  MovementRow,
  "wallet_id" | "movement_id" | "direction" | "asset" | "amount" | "fee" | "at" | "transfer_id"
>;

const openingKey = (wallet_id: string, asset: AssetId): string => `opening/${wallet_id}/${asset}`;
const movementKey = (flow: Pick<Flow, "wallet_id" | "movement_id">): string =>
  `movement/${flow.wallet_id}/${flow.movement_id}`;

/**
 * The first balance of a wallet, once: a later call gives the first result whatever the balance is by then. Null for an empty
 * wallet, which needs no posting.
 */
export async function bookOpening(tx: Tx, ids: Ids, opening: Opening): Promise<Posted | null> {
  const { wallet_id, asset, amount, owner, at } = opening;
  assert(amount >= 0n, "an opening balance is not negative");
  const key = openingKey(wallet_id, asset);
  const known = await findPosting(tx, key);
  if (known) return { posting: known, replayed: true };
  if (amount === 0n) return null;
  const to = owner === "equity" ? equityAccount(asset) : customersAccount(asset);
  return post(tx, ids, {
    key,
    kind: "opening",
    ref: wallet_id,
    memo: "first observed balance",
    at,
    basis: "fact",
    lines: [debit(walletAccount(wallet_id, asset), amount), credit(to, amount)],
  });
}

/**
 * A customer's deposit (Dr wallet, Cr customers) or withdrawal (Dr customers, Cr wallet, and the fee), once per movement.
 * A withdrawal beyond what is owed goes to `suspense_shortfall`, one beyond what the wallet has to `suspense_surplus`.
 * Null for an empty movement.
 * @throws LedgerError ledger_key_reused when the venue changed a movement after it was booked
 */
export async function bookMovement(tx: Tx, ids: Ids, flow: Flow): Promise<Posted | null> {
  const input = movementPosting(flow);
  return input === null ? null : post(tx, ids, input);
}

/** What `bookMovement` posts, for those who book many at once. */
export function movementPosting(flow: Flow): PostInput | null {
  assert(flow.transfer_id === null, "the movements of a transfer are booked by the transfer");
  const { wallet_id, asset, amount, fee, at, direction } = flow;
  assert(amount >= 0n && fee >= 0n, "a movement has a direction, not a sign");
  const wallet = walletAccount(wallet_id, asset);
  const customers = customersAccount(asset);
  const lines =
    direction === "in"
      ? [debit(wallet, amount), credit(customers, amount)]
      : [debit(customers, amount), debit(feeAccount(wallet_id, asset), fee), credit(wallet, amount + fee)];
  if (nonZero(lines).length === 0) return null;
  return {
    key: movementKey(flow),
    kind: direction === "in" ? "deposit" : "withdrawal",
    ref: flow.movement_id,
    memo: wallet_id,
    at,
    basis: "fact",
    lines: nonZero(lines),
  };
}

/** Key of the entry with which people closed a break. */
export const breakKey = (break_id: string): string => `break/${break_id}`;

/** Breaks of one movement: it can be a break again after it was told anew. */
const BREAKS_MAX = 50;

/**
 * Takes back whatever booked a movement, which turned out to belong to a transfer: its own posting, or the entry with which people
 * closed its break.
 * @throws LedgerError ledger_posting_unknown when nothing of it is in the books
 */
export async function reverseMovement(
  tx: Tx,
  ids: Ids,
  flow: Pick<Flow, "wallet_id" | "movement_id">,
  memo: string,
  at: Instant,
): Promise<Posted> {
  const own = movementKey(flow);
  const key = (await findPosting(tx, own)) === undefined ? await closingKey(tx, flow) : own;
  return reversePosting(tx, ids, { key: key ?? own, memo, at });
}

/** Key of the entry that stands for a movement of which nothing was booked before people decided; undefined: none stands. */
async function closingKey(
  tx: Tx,
  { wallet_id, movement_id }: Pick<Flow, "wallet_id" | "movement_id">,
): Promise<string | undefined> {
  const closed = await tx.find(tables.breaks, {
    where: { wallet_id, movement_id, closed_by: "resolved" },
    order_by: [["id", "asc"]],
    limit: BREAKS_MAX,
  });
  for (const { id } of closed) if (await isBooked(tx, breakKey(id))) return breakKey(id);
  return undefined;
}
