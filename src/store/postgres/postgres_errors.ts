/** What a failure of `pg` means to the store, in sentences that name the database and never its password. */
import { TidegateError } from "../../errors/index.ts";
import { StoreError } from "../errors.ts";
import { sqlState, statementError } from "../sql/sql_errors.ts";

/** Where the database is, without who may enter. */
export interface Place {
  readonly host: string;
  readonly database: string;
}

/**
 * Reads a URL like `postgresql://user:password@host:5432/database`.
 * @throws StoreError store_unavailable, without the text of the URL: it may hold a password
 */
export function readPlace(url: string): Place {
  if (!URL.canParse(url)) throw notUrl();
  const { protocol, host, pathname, searchParams } = new URL(url);
  if (protocol !== "postgres:" && protocol !== "postgresql:") throw notUrl();
  const database = decodeURIComponent(pathname.slice(1)) || "postgres";
  return { host: searchParams.get("host") ?? (host || "localhost"), database };
}

function notUrl(): StoreError {
  const message = "The database address is not a URL of the form postgresql://user:password@host:5432/database.";
  return new StoreError("store_unavailable", message);
}

/** No connection, or one that the server refused. */
export function unreachable(place: Place, error: unknown): StoreError {
  return new StoreError(
    "store_unavailable",
    `PostgreSQL at ${place.host}, database "${place.database}", cannot be used: ${reasonOf(error)}. ` +
      "Check that the server runs and that store.database_url is right.",
    { host: place.host, database: place.database },
    error,
  );
}

/** A statement, or `begin`, that failed before the commit: nothing was changed. */
export function beforeCommit(place: Place, error: unknown): unknown {
  if (error instanceof TidegateError) return error;
  const state = sqlState(error);
  if (state === "26000" || state === "42P05") {
    return new StoreError("store_conflict", "The connection did not keep its prepared statements.", {
      sqlstate: state,
    });
  }
  if (state === undefined || isOutage(state)) return unreachable(place, error);
  return statementError(error);
}

/**
 * A commit that failed. What the server answered with severity ERROR was rolled back; a lost connection, a shutdown, or
 * anything else leaves it unknown whether the transaction was committed.
 */
export function atCommit(place: Place, error: unknown): unknown {
  const rolled_back = error instanceof Error && "severity" in error && error.severity === "ERROR";
  if (rolled_back && sqlState(error) !== "40003") return beforeCommit(place, error);
  return new StoreError(
    "store_commit_unknown",
    `The connection to PostgreSQL at ${place.host}, database "${place.database}", was lost while committing: ` +
      `${reasonOf(error)}. Whether the change was made is unknown; read it again by its key.`,
    { host: place.host, database: place.database },
    error,
  );
}

/** Connection trouble, resources gone, no permission to enter, no such database, time-outs. */
function isOutage(state: string): boolean {
  return ["08", "28", "57", "58"].includes(state.slice(0, 2)) || ["3D000", "25P03", "53300"].includes(state);
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  if (!(error instanceof Error)) return "unknown reason";
  return error.message.replace(/\.$/, "");
}
