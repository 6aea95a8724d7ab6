export { APPROVAL_HOURS_MAX, CURVE_STEPS_MAX, HOURS_MAX } from "./check_scenario.ts";
export { StressError, type StressErrorCode } from "./errors.ts";
export { SCENARIOS, scenarioOf } from "./scenarios.ts";
export { DECISIONS_MAX, decisionsOf, stressTest, stressTestPaced } from "./stress.ts";
export type * from "./types.ts";
export { HOUR_MS, World } from "./world.ts";
