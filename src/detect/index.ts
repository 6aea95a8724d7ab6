export { type BurstState, createBurstState, observeBurst } from "./burst.ts";
export {
  CUSTOMER_WEIGHTS,
  type CustomerAct,
  type CustomerScore,
  type CustomerState,
  createCustomerState,
  createUsualSize,
  learnUsualSize,
  scoreCustomer,
  type UsualSize,
} from "./customer_score.ts";
export { DetectError, type DetectErrorCode } from "./errors.ts";
export { createFeeState, type FeeState, observeFee } from "./fee_spike.ts";
export {
  createDestinationState,
  type DestinationState,
  type DestinationUse,
  observeDestination,
} from "./new_destination.ts";
export { createOffHoursState, type OffHoursState, observeAct } from "./off_hours.ts";
export { guessedColumns, parseSeries, type SeriesRow } from "./parse_series.ts";
export {
  createSeriesState,
  SERIES_THRESHOLD,
  type SeriesScore,
  type SeriesState,
  scoreReading,
} from "./score_series.ts";
export { type CusumState, createCusumState, observeDrain } from "./seasonal_cusum.ts";
export { actionOf, strictestAction } from "./severity.ts";
export type * from "./types.ts";
export { type BalanceChange, checkBalanceChange } from "./unexplained_change.ts";
export { createVelocityState, observeVelocity, type VelocityCap, type VelocityState } from "./velocity_cap.ts";
