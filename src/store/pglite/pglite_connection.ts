/** PGlite as a SQL connection: one session, one transaction at a time in the order they were asked for. */
import type { PGlite, Transaction } from "@electric-sql/pglite";
import { StoreError } from "../errors.ts";
import type { StoreCheck } from "../port.ts";
import type { SqlConnection, SqlSession } from "../sql/sql_connection.ts";
import { sqlState, statementError } from "../sql/sql_errors.ts";
import type { SqlRow } from "../sql/sql_rows.ts";
import { isDone, writeMany } from "../sql/sql_write_many.ts";
import type { CheckedWrite } from "../writes.ts";

/** Nothing inside PGlite vacuums by itself; after this many transactions the store does. */
const VACUUM_TRANSACTIONS = 20_000;

export interface PgliteParts {
  readonly db: PGlite;
  readonly dir: string;
  /** Called after the database is closed. */
  readonly onClose: () => void;
}

export class PgliteConnection implements SqlConnection {
  readonly #parts: PgliteParts;
  #since_vacuum = 0;

  constructor(parts: PgliteParts) {
    this.#parts = parts;
  }

  async transaction<T>(_mode: "write" | "read", work: (session: SqlSession) => Promise<T>): Promise<T> {
    let worked = false;
    try {
      return await this.#parts.db.transaction(async (tx) => {
        const value = await work(sessionOf(tx));
        worked = true;
        return value;
      });
    } catch (error) {
      throw worked ? commitError(error) : statementError(error);
    } finally {
      this.#vacuumSometimes();
    }
  }

  /** One statement, not many: a statement costs more here than what it does. */
  write(writes: readonly CheckedWrite[]): Promise<boolean> {
    const { text, params } = writeMany(writes);
    return this.transaction("write", async (session) => isDone(await session.query(text, params)));
  }

  async check(): Promise<StoreCheck> {
    const { rows } = await this.#parts.db.query<{ version: string }>("select split_part(version(), ' ', 2) as version");
    const detail = `PostgreSQL ${rows[0]?.version} in this process, every commit synced to ${this.#parts.dir}.`;
    return { engine: "pglite", durable: true, detail };
  }

  async close(): Promise<void> {
    try {
      await this.#parts.db.close();
    } finally {
      this.#parts.onClose();
    }
  }

  /** In its own turn after the transaction, which has ended whatever becomes of the vacuum; the next one tries again. */
  #vacuumSometimes(): void {
    this.#since_vacuum += 1;
    if (this.#since_vacuum < VACUUM_TRANSACTIONS) return;
    this.#since_vacuum = 0;
    this.#parts.db.exec("vacuum analyze").catch(() => undefined);
  }
}

function sessionOf(tx: Transaction): SqlSession {
  return {
    query: async (text, params) => {
      try {
        const { rows, affectedRows } = await tx.query<SqlRow>(text, [...params]);
        return { rows, affected: affectedRows ?? 0 };
      } catch (error) {
        throw statementError(error);
      }
    },
    script: async (text) => {
      try {
        await tx.exec(text);
      } catch (error) {
        throw statementError(error);
      }
    },
  };
}

/** What PostgreSQL refuses at commit was not committed; anything else that breaks there leaves it unknown. */
function commitError(error: unknown): unknown {
  if (sqlState(error) !== undefined) return statementError(error);
  return new StoreError(
    "store_commit_unknown",
    "The embedded database failed while committing; restart Tidegate and read again what was written.",
    {},
    error,
  );
}
