/**
 * Every table, once, as data, room by room. The SQL of the same tables is in `migrations/`; a test compares the two. Times are
 * instants in milliseconds, amounts are base units.
 */
import * as decision from "./decision_tables.ts";
import * as envelope from "./envelope_tables.ts";
import * as ledger from "./ledger_tables.ts";
import * as lending from "./lending_tables.ts";
import * as log from "./log_tables.ts";
import * as process from "./process_tables.ts";
import * as transfer from "./transfer_tables.ts";
import * as wallet from "./wallet_tables.ts";

export * from "./decision_tables.ts";
export * from "./envelope_tables.ts";
export * from "./ledger_tables.ts";
export * from "./lending_tables.ts";
export * from "./log_tables.ts";
export * from "./process_tables.ts";
export * from "./transfer_tables.ts";
export * from "./wallet_tables.ts";

export const TABLES = {
  ...process,
  ...wallet,
  ...decision,
  ...transfer,
  ...envelope,
  ...ledger,
  ...lending,
  ...log,
};
