export { TuningError, type TuningErrorCode } from "./errors.ts";
export { policyYaml } from "./policy_yaml.ts";
export { LEFT_OUT, poolPolicyMaker } from "./pool_policy.ts";
export { getProposal, keepProposal, listProposals, type Mark, markProposal, reportOf } from "./proposals.ts";
export { propose, TUNING_HOURS_MIN } from "./propose.ts";
export { DAYS_MAX, type ReadLedgerInput, readOwnLedger } from "./read_ledger.ts";
export { AS_MEASURED, type ReplayOptions, replayInput } from "./replay_ledger.ts";
export type * from "./types.ts";
