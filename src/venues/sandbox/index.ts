export { createSandboxPriceSource, type FeedStyle, type SandboxPriceSourceOptions } from "./price_source.ts";
export type * from "./types.ts";
export { createSandboxVenue } from "./venue.ts";
export { SANDBOX_VENUE_TYPE } from "./venue_type.ts";
