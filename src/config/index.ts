export { checkAddress, checksumAddress, isSandboxAddress } from "./addresses.ts";
export { describeConfig, hostOf, printPpm } from "./describe.ts";
export { ConfigError, type ConfigErrorCode, type ConfigProblem } from "./errors.ts";
export { type LoadOptions, listSandboxKeys, loadConfig, type SandboxKeys } from "./load.ts";
export type { Overrides } from "./resolve.ts";
export { configJsonSchema } from "./schema.ts";
export { didYouMean } from "./suggest.ts";
export type * from "./types.ts";
export { parseDuration, parseSpeed } from "./values.ts";
