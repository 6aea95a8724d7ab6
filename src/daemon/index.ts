export { DaemonError } from "./errors.ts";
export { readStanding } from "./log_standing.ts";
export type { BreakResolutionDraft } from "./propose_break_resolution.ts";
export type { EnvelopeDraft } from "./propose_envelope.ts";
export { findOpenBreakResolutions, getBreak, getBreakResolution } from "./read_breaks.ts";
export { createTreasury, type RunnableTreasury } from "./treasury.ts";
export type * from "./types.ts";
