export { DetectError, type DetectErrorCode } from "./errors.ts";
export { parseSeries, type SeriesRow } from "./parse_series.ts";
export {
  createSeriesState,
  SERIES_THRESHOLD,
  type SeriesScore,
  type SeriesState,
  scoreReading,
} from "./score_series.ts";
export { actionOf, strictestAction } from "./severity.ts";
export type * from "./types.ts";
