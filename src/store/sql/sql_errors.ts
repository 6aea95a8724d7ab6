/** What an error of the database means to the store. */
import { TidegateError } from "../../errors/index.ts";
import { StoreError } from "../errors.ts";

/** Serialization failure and deadlock: run it again. */
const CONFLICT = ["40001", "40P01"];
const DUPLICATE = "23505";
/** A schema, table or type of this name exists: `if not exists` does not hold against one that is made at the same moment. */
const MADE_MEANWHILE = ["42P06", "42P07", "42710"];

/** SQLSTATE of an error of either driver; undefined for everything that is not an answer of the database. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  return /^[0-9A-Z]{5}$/.test(error.code) && "severity" in error ? error.code : undefined;
}

/**
 * A failed statement, as a StoreError without the driver's error: that one carries the parameters, and logs are no place for
 * them. Errors that are ours already, or that the database did not say, are left as they are.
 */
export function statementError(error: unknown): unknown {
  const state = sqlState(error);
  if (error instanceof TidegateError || state === undefined || !(error instanceof Error)) return error;
  const facts = { sqlstate: state };
  if (CONFLICT.includes(state)) {
    return new StoreError("store_conflict", "Another transaction changed the same rows.", facts);
  }
  if (state === DUPLICATE) {
    const table = "table" in error && typeof error.table === "string" ? error.table : "a table";
    return new StoreError("store_duplicate", `A row with the same key exists already in ${table}.`, {
      ...facts,
      table,
    });
  }
  if (MADE_MEANWHILE.includes(state)) {
    return new StoreError("store_duplicate", `Somebody else made the same thing: ${error.message}.`, facts);
  }
  if (state.startsWith("53")) {
    const message = `The database has run out of room: ${error.message}. Nothing was changed; free some and try again.`;
    return new StoreError("store_unavailable", message, facts);
  }
  return new StoreError("store_failed", `The database refused a statement: ${error.message}.`, facts);
}
