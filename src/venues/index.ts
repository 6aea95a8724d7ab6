export { boundVenue, CALL_MS_MAX } from "./bound_venue.ts";
export { Counters } from "./counters.ts";
export { VenueError, type VenueErrorCode } from "./errors.ts";
export { type ExerciseInput, type ExerciseStep, exerciseVenue } from "./exercise.ts";
export type * from "./orders.ts";
export type * from "./port.ts";
export type * from "./venue_type.ts";
