export { createDualLead, DUAL_LEAD_DEFAULTS, type DualLeadParameters } from "./dual_lead.ts";
export { createHybrid, HYBRID_DEFAULTS, type HybridParameters } from "./hybrid.ts";
export { MODEL_NAMES, modelByName } from "./models.ts";
export { createStatic, STATIC_PROFILES, type StaticShares } from "./static.ts";
export type * from "./types.ts";
