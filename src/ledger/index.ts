export {
  ACCOUNT_KINDS,
  ACCOUNT_MEANING,
  accountId,
  availableOf,
  collateralAccount,
  customerAccount,
  customersAccount,
  equityAccount,
  feeAccount,
  NORMAL_SIDE,
  transitAccount,
  walletAccount,
} from "./accounts.ts";
export {
  allAccounts,
  balanceAt,
  type TrialLine,
  trialBalance,
  trialBalanceAt,
  type WalletBalance,
  walletBalance,
} from "./balances.ts";
export {
  type BreakChanges,
  type BreakInput,
  closeBreak,
  OPEN_BREAKS_MAX,
  openBreaks,
  openBreaksOf,
  recordBreaks,
} from "./breaks.ts";
export { type BookedRemedy, correctingLines } from "./breaks_correct.ts";
export { type Freeze, isFrozenByBreaks, refreshFreeze } from "./breaks_freeze.ts";
export { type Coalesced, coalesce, type Part } from "./coalesce.ts";
export { LedgerError, type LedgerErrorCode } from "./errors.ts";
export { type AnnouncedFlow, type FlowMatch, type ListedMovement, matchFlows } from "./expected_flows.ts";
export {
  bookMovement,
  bookOpening,
  breakKey,
  type Flow,
  movementPosting,
  type Opening,
  reverseMovement,
} from "./flows.ts";
export { type HoldInput, placeHold, voidHold } from "./hold.ts";
export { credit, debit, LINES_MAX } from "./lines.ts";
export { findPosting, post, postHold } from "./post.ts";
export { loadBooks, POSTINGS_MAX, type PostOutcome, postMany } from "./post_many.ts";
export { createPoster, type EventOf, type Poster, type PosterParts } from "./poster.ts";
export {
  type ChainReading,
  type ReconciledTransfer,
  type ReconcileInput,
  type ReportedMovement,
  reconcileWallet,
} from "./reconcile.ts";
export { effectOf } from "./reconcile_expected.ts";
export { isBooked, type ReverseInput, reversalKey, reversePosting } from "./reverse.ts";
export {
  readStatement,
  STATEMENT_PAGE_MAX,
  type Statement,
  type StatementLine,
  type StatementPlace,
  type StatementQuery,
  statementLines,
} from "./statement.ts";
export {
  type BookedTransfer,
  bookClosed,
  bookPlanned,
  bookReopened,
  bookSettled,
  bookSubmitted,
  feePaid,
  lookAhead,
  lookAtHold,
  REOPENED_MAX,
  type Settlement,
  timesReopened,
} from "./transfer_postings.ts";
export type * from "./types.ts";
