/** The shared transport of every venue that speaks HTTP and JSON. */
export { FAILURES_TO_OPEN, OPEN_MS_MAX, OPEN_MS_MIN } from "./breaker.ts";
export {
  BODY_BYTES_MAX,
  HttpClient,
  type HttpClientOptions,
  READ_ATTEMPTS_MAX,
  REQUEST_TIMEOUT_MS,
  SKEW_MS_MAX,
} from "./client.ts";
export { HttpLineError, type LineReason } from "./errors.ts";
export { createFetchPort } from "./fetch_port.ts";
export { NumberText, parseJson, writeJson } from "./json.ts";
export { errorOf, lookUp, readSubmit } from "./outcome.ts";
export { advanceCursor, type Cursor, parseCursor, printCursor } from "./overlap_cursor.ts";
export { collectPages, PAGES_MAX, type Page } from "./pages.ts";
export { IN_FLIGHT_MAX, RateBudget, TURN_WAIT_MS_MAX } from "./rate_budget.ts";
export {
  get,
  preparedBytes,
  readShape,
  readStatus,
  type StatusMeaning,
  wireAmount,
  wireId,
  wireInt,
} from "./shapes.ts";
export type * from "./types.ts";
export { AssetCodec, readUnits, type UnitStyle, writeUnits } from "./units.ts";
