/**
 * Double entry in integer base units. Every account has a normal side and its balance is written in that sense, never below
 * zero. A posting is balanced per asset; corrections are new postings. Holds are two-phase: pending, then posted or voided.
 */
import type { AssetId } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";

export type AccountKind =
  | "wallet" /** debit: what a wallet holds */
  | "transit" /** debit: left one wallet, not yet in the other */
  | "fee" /** debit: paid to venues and chains */
  | "customers" /** credit: owed to customers */
  | "collateral" /** credit: held for borrowers */
  | "equity" /** credit: our own, by opening balances */
  | "suspense_surplus" /** credit: found, not yet explained */
  | "suspense_shortfall"; /** debit: missing, not yet explained */

export type EntrySide = "debit" | "credit";

export interface AccountRow {
  /** `<kind>/<owner>/<asset>`, e.g. `wallet/hot-usdt/USDT`. */
  id: string;
  kind: AccountKind;
  owner: string;
  asset: AssetId;
  side: EntrySide;
  posted: bigint;
  held: bigint;
  /** Number of entries; the next entry's `seq`. */
  entry_count: number;
}

export interface PostingRow {
  id: string;
  /** Idempotency key: the same key with the same body is the first result, with another body is refused. */
  key: string;
  digest: string;
  kind: string;
  ref: string;
  memo: string;
  at: Instant;
}

export interface EntryRow {
  account_id: string;
  seq: number;
  posting_id: string;
  side: EntrySide;
  amount: bigint;
  balance_after: bigint;
  at: Instant;
}

export interface HoldRow {
  id: string;
  account_id: string;
  amount: bigint;
  state: "pending" | "posted" | "voided";
  ref: string;
  at: Instant;
}

export interface Line {
  readonly account: AccountRef;
  readonly side: EntrySide;
  readonly amount: bigint;
}

export interface AccountRef {
  readonly kind: AccountKind;
  readonly owner: string;
  readonly asset: AssetId;
}

export interface PostInput {
  /** Idempotency key: `transfer/<id>/settled`, `movement/<wallet>/<id>`. */
  readonly key: string;
  readonly kind: string;
  /** What it is about: a transfer, a movement, a wallet. */
  readonly ref: string;
  readonly memo: string;
  /** Not part of the body: a replay may come at another time. */
  readonly at: Instant;
  readonly lines: readonly Line[];
  readonly basis?: "intent" | "fact";
  /** Holds that end with this posting. */
  readonly releases?: readonly string[];
}

export interface Posted {
  readonly posting: PostingRow;
  /** True when the key was known and nothing was written. */
  readonly replayed: boolean;
}

/** A difference between our books and the venue, with its age; closed by a new posting or by agreement returning. */
export interface BreakRow {
  id: string;
  wallet_id: string;
  asset: AssetId;
  /** Venue minus expected; signed. */
  difference: bigint;
  opened_at: Instant;
  last_seen_at: Instant;
  closed_at: Instant | null;
  cause: string;
}
