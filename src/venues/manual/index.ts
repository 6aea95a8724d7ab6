export { createManualVenue, MANUAL_VENUE_TYPE } from "./venue.ts";
