export { type KeepDeps, keepForecast } from "./keep_forecast.ts";
export { outlookOf } from "./outlook.ts";
export { decideShadow } from "./shadow.ts";
