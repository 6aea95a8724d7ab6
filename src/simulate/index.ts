export { type CrashpointOptions, crashpoints, PAIRS_MAX } from "./crashpoints.ts";
export { FAULTS, type Fault, type FaultRates } from "./faults.ts";
export { huntMutant, type MutantOptions, runMutants } from "./mutants.ts";
export { runSeed } from "./run_seed.ts";
export { SCENARIOS } from "./scenarios.ts";
export { SEEDS_MAX, type SimulateOptions, simulate, traceSeed } from "./simulate.ts";
export type * from "./types.ts";
