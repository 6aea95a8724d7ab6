/** The tiny port under the SQL store: what PGlite and `pg` each do in their own way. */
import type { StoreCheck } from "../port.ts";
import type { CheckedWrite } from "../writes.ts";
import type { Statement } from "./sql.ts";
import type { SqlRow } from "./sql_rows.ts";

export interface SqlResult {
  readonly rows: readonly SqlRow[];
  /** Rows inserted, updated or deleted. */
  readonly affected: number;
}

/** Inside one transaction. Failures arrive as StoreError; after one, the transaction can only be rolled back. */
export interface SqlSession {
  query(text: string, params: readonly (string | null)[]): Promise<SqlResult>;
  /** Several statements at once, without parameters: migrations. */
  script(text: string): Promise<void>;
}

/** A transaction in few messages. Nothing is sent before the first is asked; one that asked nothing and writes nothing sends none. */
export interface BatchSession {
  /** One message, with the begin when it is the first; an answer for each statement. @throws StoreError */
  ask(statements: readonly Statement[]): Promise<SqlResult[]>;
  /** Several statements at once, without parameters. */
  script(text: string): Promise<void>;
  /**
   * What is still to be written and the commit in one message. Durable when this resolves.
   * @throws StoreError, also store_commit_unknown; store_conflict when a row to be changed is not there or fails its guard
   */
  commit(writes: readonly CheckedWrite[]): Promise<void>;
  /** Rolls back whatever there is. Never rejects. */
  abandon(): Promise<void>;
}

export interface SqlConnection {
  /**
   * Begins, runs `work` once, commits; rolls back and rethrows when it throws. Durable when this resolves. `write` is
   * serialisable, `read` a consistent view that cannot write.
   * @throws StoreError store_conflict when it may be run again, store_commit_unknown when the connection was lost while
   * committing, store_unavailable
   */
  transaction<T>(mode: "write" | "read", work: (session: SqlSession) => Promise<T>): Promise<T>;
  /**
   * A serialisable transaction of these writes alone, in as few messages as there can be; false when a row to be changed is not
   * there or fails its guard. Those who write at the same time go one after another, in the order in which they asked.
   * @throws StoreError
   */
  write(writes: readonly CheckedWrite[]): Promise<boolean>;
  /** Where a message costs more than a statement. */
  batch?(mode: "write" | "read"): BatchSession;
  check(): Promise<StoreCheck>;
  close(): Promise<void>;
}
