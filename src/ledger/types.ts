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
  | "collateral_waiting" /** credit: arrived from a borrower and not counted yet */
  | "collateral_leaving" /** credit: promised back to a borrower, under way */
  | "collateral_selling" /** credit: a borrower's, on its way to a sale or waiting for it */
  | "loan_principal" /** debit: lent and owed */
  | "loan_interest" /** debit: interest owed */
  | "loan_fees" /** debit: fees owed */
  | "loan_shortfall" /** debit: owed, and nothing stands behind it */
  | "loan_income" /** credit: interest and fees earned */
  | "loan_paid_out" /** credit: paid to borrowers beside our wallets */
  | "loan_received" /** debit: received from borrowers beside our wallets, or taken for sold collateral */
  | "loan_proceeds" /** credit: brought by a sale, not yet applied */
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

/**
 * `movement`: the venue lists a movement that nobody of ours made. `balance`: its balance differs and no listed movement says
 * why. `chain`: the venue and the chain differ at the same block.
 */
export type BreakKind = "movement" | "balance" | "chain";

/** `matched`: the movement turned out to be ours; `agreed`: both say the same again; `resolved`: people decided. */
export type BreakEnd = "matched" | "agreed" | "resolved";

export type BreakCauseCode =
  | "outflow_without_transfer"
  | "unknown_deposit"
  | "fee_of_transfer"
  | "late_settle"
  | "paid_twice"
  | "unlisted_outflow"
  | "unlisted_inflow"
  | "venue_differs_from_chain";

/** What may be behind a break; a list of them is ranked, most likely first. */
export type BreakCause = {
  readonly code: BreakCauseCode;
  readonly sentence: string;
  /** Transfer or movement it speaks of. */
  readonly ref: string | null;
};

/** A difference that nothing explains, with its age; closed by the movement that explains it or by people, under quorum. */
export interface BreakRow {
  id: string;
  wallet_id: string;
  asset: AssetId;
  /** Signed: what the venue has more than it should (for `chain`: the chain more than the venue). */
  difference: bigint;
  opened_at: Instant;
  last_seen_at: Instant;
  closed_at: Instant | null;
  /** Sentence of the most likely cause. */
  cause: string;
  kind: BreakKind;
  /** Of the wallet; only with kind `movement`. */
  movement_id: string | null;
  causes: readonly BreakCause[];
  /** True while the open breaks of the asset are above its tolerance: nothing new of it is submitted. */
  freezes: boolean;
  closed_by: BreakEnd | null;
  /** The proposal that closed it. */
  resolution_id: string | null;
}

/** How people close a break: to which account the difference goes, or to which transfer the movement belongs. */
export type BreakRemedy = "fee" | "suspense" | "customer" | "written_off" | "transfer";

export type BreakResolutionState = "open" | "applied" | "denied" | "expired" | "overtaken";

/** Everything people approve when they close a break; frozen when proposed. */
export type BreakTerms = {
  readonly id: string;
  readonly break_id: string;
  readonly wallet_id: string;
  readonly asset: AssetId;
  readonly kind: BreakKind;
  readonly movement_id: string | null;
  /** Base units, signed. */
  readonly difference: string;
  readonly opened_at: Instant;
  readonly remedy: BreakRemedy;
  /** With `transfer` only. */
  readonly transfer_id: string | null;
  readonly evidence: string;
  readonly references: readonly string[];
  /** `person:<id>`; never counted. */
  readonly proposed_by: string;
  readonly created_at: Instant;
  readonly expires_at: Instant;
};

export interface BreakResolutionRow {
  id: string;
  break_id: string;
  state: BreakResolutionState;
  terms: BreakTerms;
  /** digestOf("break", terms): what people approve. */
  digest: string;
  created_at: Instant;
  expires_at: Instant;
  ended_at: Instant | null;
  /** The correcting entry; null before it and where a transfer took the movement. */
  posting_id: string | null;
}

/** One difference that nothing explains; it becomes a break. */
export interface Unexplained {
  readonly kind: BreakKind;
  /** With kind `movement`. */
  readonly movement_id: string | null;
  readonly difference: bigint;
  /** Ranked, most likely first; at least one. */
  readonly causes: readonly BreakCause[];
}

export interface WalletReconciliation {
  readonly wallet_id: string;
  readonly asset: string;
  /** Null when the venue's balance is not known. */
  readonly venue: bigint | null;
  readonly ledger: bigint;
  /** What an independent reader of the chain saw; null where there is none, or it could not be read. */
  readonly chain: bigint | null;
  readonly chain_as_of: Instant | null;
  /** Ledger corrected by movements that one side has seen and the other not yet: `ledger + in_flight + pending`. */
  readonly expected: bigint;
  /** Explained by our own transfers on their way. */
  readonly in_flight: bigint;
  /** Explained by customers' movements that are booked and not yet in the balance. */
  readonly pending: bigint;
  /** What the venue reports and nothing explains: the sum of `unexplained`, but for the chain's. Null when unknown. */
  readonly difference: bigint | null;
  readonly unexplained: readonly Unexplained[];
  readonly as_of: Instant | null;
  readonly state: "equal" | "in_flight" | "break" | "unknown";
}
