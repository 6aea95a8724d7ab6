/** Every request and response of `/v1`, as zod. The terminal builds against the types that are generated from these. */
export * from "./approvals.ts";
export * from "./audit.ts";
export * from "./breaks.ts";
export * from "./common.ts";
export * from "./decision_inputs.ts";
export * from "./decisions.ts";
export * from "./envelopes.ts";
export * from "./ledger.ts";
export * from "./obligations.ts";
export * from "./overview.ts";
export * from "./policy_preview.ts";
export * from "./resolutions.ts";
export * from "./settings.ts";
export * from "./stress.ts";
export * from "./transfers.ts";
export * from "./tuning.ts";
export * from "./wallets.ts";
