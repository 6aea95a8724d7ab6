export { interestThrough } from "./accrue.ts";
export { type Arrears, arrearsOf } from "./arrears.ts";
export { type Calculator, type CureOffer, calculate, type ExtensionDraft, getCall, getExtension } from "./calls.ts";
export { factsOf, getFacility } from "./change.ts";
export type { NoticeChannel } from "./deliver.ts";
export { bookDeposit, noteForeign, PROBLEMS } from "./deposits.ts";
export { type CreditPrice, type CreditPrices, creditOf, type LendingDeps } from "./deps.ts";
export { LendingError, type LendingErrorCode } from "./errors.ts";
export { bookFill, type FillBooked } from "./fills.ts";
export { requirementOf } from "./follow.ts";
export { type Leftover, type LeftoverDraft, leftoverOf, type PaidOtherwise } from "./leftover.ts";
export { COLLATERAL_BOOKS, Lending, type LendingStanding } from "./lending.ts";
export { getLiquidation } from "./liquidation.ts";
export { ordersOf } from "./orders.ts";
export { Outbox } from "./outbox.ts";
export type { PaymentDraft } from "./payments.ts";
export { type Added, liveConfig, NOTHING_ADDED, placesOf } from "./places.ts";
export { ENDED, holdingsOf, ltvNow, ltvText, owedOf, type Priced, pricesFor, WATCHED } from "./position.ts";
export type { ReleaseDraft } from "./release.ts";
export { getSubstitution, type SubstitutionDraft } from "./substitute.ts";
export { Sweep } from "./sweep.ts";
export {
  coreTerms,
  currencyOf,
  dayOf,
  type FacilityDraft,
  type LevelsDraft,
  levelsIn,
  readDay,
  readFraction,
} from "./terms.ts";
export type * from "./types.ts";
