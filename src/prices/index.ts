export { type CrossRate, convertQuote } from "./convert.ts";
export { type EvenMedian, medianOf } from "./median.ts";
export { priceFrom, quotedAt, SOURCES_MIN } from "./price.ts";
export type { PricePolicy, PriceSource, Quote } from "./types.ts";
