export { StoreError, type StoreErrorCode } from "./errors.ts";
export { copyJson, thawJson } from "./json.ts";
export { acquireLease, holdsLease, LEASE_TTL_MS_MAX, type Lease, type LeaseRequest, releaseLease } from "./lease.ts";
export { MemoryData, MemoryStore, type MemoryStoreOptions } from "./memory.ts";
export { openPglite, type PgliteOptions } from "./pglite.ts";
export type * from "./port.ts";
export { openPostgres, type PostgresOptions } from "./postgres.ts";
export type {
  BalanceRow,
  ControlRow,
  DecisionRow,
  ExpectedFlowRow,
  FlowForecastRow,
  IdempotencyRow,
  LeaseRow,
  MovementRow,
  ObligationRow,
} from "./schema.ts";
export * as tables from "./schema.ts";
export { TABLES } from "./schema.ts";
export { insertRows, updateRows } from "./writes.ts";
