export { crossRate } from "./cross.ts";
export { type Cure, cureOf, mayDisburse } from "./cure.ts";
export { CreditError, type CreditErrorCode } from "./errors.ts";
export { advanceIndex, countDays, INDEX_ONE, interestOver, outstandingAt, scaledDebt } from "./interest.ts";
export { checkLevels, fromCvl, LEVEL_NAMES, LEVEL_PROFILES, levelsOf, rankOf, releaseOf, STAGES } from "./levels.ts";
export {
  type LiquidationPlan,
  planLiquidation,
  type Sale,
  type SaleTerms,
  type Sellable,
  type Shortfall,
} from "./liquidate.ts";
export { cvlPercent, ltvFrom, ltvOf, printLtv } from "./ltv.ts";
export { triggerPrice } from "./parity.ts";
export {
  LTV_CLASSES,
  type PathPoint,
  type Portfolio,
  type Position,
  portfolioOf,
  type ShockOutcome,
  shockOf,
  shockPath,
} from "./portfolio.ts";
export { type GateLimits, PriceGate } from "./price_gate.ts";
export { type PriceTrust, trustIn } from "./price_trust.ts";
export { FACILITIES_MAX } from "./slots.ts";
export { crossingOf, isReached, nextStage, stageAt } from "./stage.ts";
export { checkDeposit, checkTerms } from "./terms.ts";
export { splitTranches, TRANCHES_MAX } from "./tranches.ts";
export { BOOKS_MAX, type FacilityCrossing, TriggerIndex, type Watched } from "./trigger_index.ts";
export type * from "./types.ts";
export { collateralValue, countedUnitValue, exactValue, requiredCollateral } from "./value.ts";
