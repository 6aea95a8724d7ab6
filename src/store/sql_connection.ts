/** The tiny port under the SQL store: what PGlite and `pg` each do in their own way. */
import type { StoreCheck } from "./port.ts";
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

export interface SqlConnection {
  /**
   * Begins, runs `work` once, commits; rolls back and rethrows when it throws. Durable when this resolves. `write` is
   * serialisable, `read` a consistent view that cannot write.
   * @throws StoreError store_conflict when it may be run again, store_commit_unknown when the connection was lost while
   * committing, store_unavailable
   */
  transaction<T>(mode: "write" | "read", work: (session: SqlSession) => Promise<T>): Promise<T>;
  /** One statement as a serialisable transaction of its own, in as few messages as there can be. @throws StoreError */
  once(statement: Statement): Promise<SqlResult>;
  check(): Promise<StoreCheck>;
  close(): Promise<void>;
}
