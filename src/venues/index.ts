export { boundVenue, CALL_MS_MAX } from "./bound_venue.ts";
export { VenueError, type VenueErrorCode } from "./errors.ts";
export type * from "./orders.ts";
export type * from "./port.ts";
export type * from "./venue_type.ts";
