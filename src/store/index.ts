export { StoreError, type StoreErrorCode } from "./errors.ts";
export { copyJson, thawJson } from "./json.ts";
export { acquireLease, holdsLease, LEASE_TTL_MS_MAX, type Lease, type LeaseRequest, releaseLease } from "./lease.ts";
export { MemoryData, MemoryStore, type MemoryStoreOptions } from "./memory/memory.ts";
export { openPglite, type PgliteOptions } from "./pglite/pglite.ts";
export type * from "./port.ts";
export { openPostgres, type PostgresOptions } from "./postgres/postgres.ts";
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
} from "./tables/schema.ts";
export * as tables from "./tables/schema.ts";
export { TABLES } from "./tables/schema.ts";
export { insertRows, updateRows } from "./writes.ts";
