export { capacityOf, cutToStep, feeLimit, feeOf, PPM } from "./fee.ts";
export { HOURS_PATTERN, hoursAt, type OpenWindow, parseHours } from "./hours.ts";
export { rankRoutes } from "./rank.ts";
export { LEGS_MAX, splitAmount } from "./split.ts";
export type {
  Leg,
  Ranking,
  RejectedRoute,
  RouteLimits,
  RouteOption,
  RouteRejection,
  Spendable,
  Split,
} from "./types.ts";
