export { answerOnce, approve, ensurePeopleKeys, startApprovers } from "./approvers.ts";
export { type BorrowersOptions, lookAtLoans, startBorrowers } from "./borrowers.ts";
export { consoleToken } from "./custodian_server.ts";
export { type FaultProxy, type Line, type LineFault, startFaultProxy } from "./fault_proxy.ts";
export { type Fault, type FaultRule, Faults } from "./http/index.ts";
export { startLargeWithdrawals } from "./large_withdrawals.ts";
export { SCENARIO_NAMES } from "./scenarios.ts";
export {
  resumeTime,
  SANDBOX_TYPE,
  type Sandbox,
  type SandboxOptions,
  type SandboxVenueAddress,
  startSandbox,
} from "./start_sandbox.ts";
export { startStatements } from "./statements.ts";
export type { SandboxStatus } from "./status.ts";
export { WaitingClock, type WaitingClockOptions } from "./waiting_clock.ts";
