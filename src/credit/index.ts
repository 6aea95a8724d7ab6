export { type Cure, cureOf, mayDisburse } from "./cure.ts";
export { CreditError, type CreditErrorCode } from "./errors.ts";
export { advanceIndex, countDays, INDEX_ONE, interestOver, outstandingAt, scaledDebt } from "./interest.ts";
export { checkLevels, fromCvl, LEVEL_PROFILES, levelsOf, rankOf, STAGES } from "./levels.ts";
export {
  type LiquidationPlan,
  planLiquidation,
  type Sale,
  type SaleTerms,
  type Sellable,
  type Shortfall,
} from "./liquidate.ts";
export { cvlPercent, ltvFrom, ltvOf, printLtv } from "./ltv.ts";
export { type PriceTrust, trustIn } from "./price_trust.ts";
export { crossingOf, nextStage, stageAt } from "./stage.ts";
export { checkDeposit, checkTerms } from "./terms.ts";
export { splitTranches, TRANCHES_MAX } from "./tranches.ts";
export type * from "./types.ts";
export { collateralValue, exactValue, requiredCollateral } from "./value.ts";
