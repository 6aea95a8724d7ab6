export { DaemonError } from "./errors.ts";
export { readStanding } from "./log/log_standing.ts";
export type { EnvelopeDraft } from "./people/propose_envelope.ts";
export type { BreakResolutionDraft } from "./reconcile/propose_break_resolution.ts";
export { findOpenBreakResolutions, getBreak, getBreakResolution } from "./reconcile/read_breaks.ts";
export { createTreasury, type RunnableTreasury } from "./treasury.ts";
export type * from "./types.ts";
