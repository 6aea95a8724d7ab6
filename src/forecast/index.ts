export {
  breachSteps,
  coveredOutflow,
  drawdownSpreads,
  expectedDrawdown,
  outflowQuantile,
  pathOutflow,
  runwaySteps,
  spreadOver,
  spreadsOf,
  tailFlow,
  volatility,
} from "./forecast.ts";
export { dayName, isNamedDate, type NamedDates, stepCalendar } from "./named_dates.ts";
export { FLOW_DEFAULTS, observeFlow, openFlowState } from "./observe_flow.ts";
export { expectedAt, peakShare, widthAt } from "./season.ts";
export type * from "./types.ts";
