export {
  decodeDecision,
  decodePolicy,
  decodeSnapshot,
  encodeDecision,
  encodePolicy,
  encodeSnapshot,
  type JsonObject,
} from "./codec.ts";
export { type Activity, comparePolicies, isOther, type PolicyComparison, policyChanges } from "./compare_policies.ts";
export { coversOf } from "./cover.ts";
export { decide } from "./decide.ts";
export { gasWanted } from "./deposits.ts";
export { counterfactualOf, sentenceOf } from "./explain.ts";
export { transactionCost } from "./gas.ts";
export { instantText } from "./instant_text.ts";
export { outsideOf } from "./outside.ts";
export { parseLevel } from "./parse_level.ts";
export { policyDigest } from "./policy_digest.ts";
export { positionOf, walletCash } from "./position.ts";
export { isProfileName, PROFILES, type Profile, type ProfileName } from "./profiles.ts";
export { type Difference, differencesOf, type RecordedDecision, type Replay, replayDecision } from "./replay.ts";
export { type LevelsOutcome, resolveLevels } from "./resolve_levels.ts";
export { taskWay } from "./task_parts.ts";
export type * from "./types.ts";
export { LEVEL_NAMES } from "./types.ts";
