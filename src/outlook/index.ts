export { figureOf, unitsOf } from "./figure.ts";
export { horizonsOf, type KeepDeps, keepForecast, listedUntil, needsForecast } from "./keep_forecast.ts";
export { measuredLeadTime } from "./lead_time.ts";

export { forecastOf, outlookOf } from "./outlook.ts";
export { firstFlowAt, HOUR_MS, type HourFlow, readFlows, readNetFlows } from "./read_flows.ts";
export { type Rebuild, withForecasts } from "./rebuild.ts";
export { decideShadow } from "./shadow.ts";
