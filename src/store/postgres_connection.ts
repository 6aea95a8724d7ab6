/** A pool of connections to a PostgreSQL server. */
import type { Pool, PoolClient, QueryResult } from "pg";
import { StoreError } from "./errors.ts";
import type { StoreCheck } from "./port.ts";
import { atCommit, beforeCommit, type Place, unreachable } from "./postgres_errors.ts";
import { inlined, quote, type Statement } from "./sql.ts";
import type { BatchSession, SqlConnection, SqlResult, SqlSession } from "./sql_connection.ts";
import type { SqlRow } from "./sql_rows.ts";

/** On the server; a transaction that its process forgot gives its locks back. */
const STATEMENT_TIMEOUT_MS = 30_000;
const IDLE_TIMEOUT_MS = 60_000;
/** `extract(epoch from …)` is exact from here on. */
const VERSION_MIN = 14;

/** Every value arrives as the text PostgreSQL wrote. */
const AS_TEXT = { getTypeParser: () => (value: unknown) => value };

export interface PostgresParts {
  readonly pool: Pool;
  readonly place: Place;
  readonly schema: string;
}

export class PostgresConnection implements SqlConnection {
  readonly #parts: PostgresParts;
  readonly #begin: Readonly<Record<"write" | "read", string>>;

  constructor(parts: PostgresParts) {
    this.#parts = parts;
    // One message with the begin, and `local`: works with poolers that change the server behind a connection.
    const settings =
      `set local search_path to ${quote(parts.schema)}; set local statement_timeout to ${STATEMENT_TIMEOUT_MS}; ` +
      `set local idle_in_transaction_session_timeout to ${IDLE_TIMEOUT_MS}`;
    this.#begin = {
      write: `begin isolation level serializable; ${settings}`,
      read: `begin isolation level repeatable read read only; ${settings}`,
    };
  }

  async transaction<T>(mode: "write" | "read", work: (session: SqlSession) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    let healthy = false;
    try {
      await this.#say(client, this.#begin[mode]);
      const result = await work(this.#sessionOf(client));
      await this.#commit(client);
      healthy = true;
      return result;
    } catch (error) {
      healthy = await rolledBack(client);
      throw error;
    } finally {
      client.release(!healthy);
    }
  }

  /** Begin, statement and commit travel together; when the line is cut, it is unknown whether it was committed. */
  async once(statement: Statement): Promise<SqlResult> {
    const client = await this.#connect();
    let healthy = false;
    try {
      const text = `${this.#begin.write}; ${inlined(statement)}; commit`;
      const answers = (await client.query({ text, types: AS_TEXT })) as unknown as QueryResult<SqlRow>[];
      const [answer, commit] = answers.slice(-2);
      if (commit?.command !== "COMMIT") {
        throw new StoreError("store_conflict", "PostgreSQL rolled back instead of committing.");
      }
      healthy = true;
      return { rows: answer?.rows ?? [], affected: answer?.rowCount ?? 0 };
    } catch (error) {
      healthy = await rolledBack(client);
      throw error instanceof StoreError ? error : atCommit(this.#parts.place, error);
    } finally {
      client.release(!healthy);
    }
  }

  batch(mode: "write" | "read"): BatchSession {
    const { place } = this.#parts;
    const begin = this.#begin[mode];
    // Taken once, however many ask while it is being made: answers of two connections are not one transaction.
    let taken: Promise<PoolClient> | null = null;
    const say = async (texts: readonly string[]): Promise<QueryResult<SqlRow>[]> => {
      const first = taken === null;
      taken ??= this.#connect();
      const text = (first ? [begin, ...texts] : texts).join("; ");
      const answers: unknown = await (await taken).query({ text, types: AS_TEXT });
      return (Array.isArray(answers) ? answers : [answers]).slice(-texts.length) as QueryResult<SqlRow>[];
    };
    return {
      ask: async (statements) => {
        try {
          return (await say(statements.map(inlined))).map(({ rows, rowCount }) => ({ rows, affected: rowCount ?? 0 }));
        } catch (error) {
          throw beforeCommit(place, error);
        }
      },
      commit: async (last) => {
        if (taken === null && last === null) return null;
        let answers: QueryResult<SqlRow>[];
        try {
          answers = await say([...(last === null ? [] : [inlined(last)]), "commit"]);
        } catch (error) {
          throw error instanceof StoreError ? error : atCommit(place, error);
        }
        if (answers.at(-1)?.command !== "COMMIT") {
          throw new StoreError("store_conflict", "PostgreSQL rolled back instead of committing.");
        }
        (await taken)?.release();
        taken = null;
        const [answer] = answers;
        return last === null ? null : { rows: answer?.rows ?? [], affected: answer?.rowCount ?? 0 };
      },
      abandon: async () => {
        const broken = await taken?.catch(() => null);
        taken = null;
        broken?.release(!(await rolledBack(broken)));
      },
    };
  }

  /** @throws StoreError store_unavailable, store_not_durable */
  async check(): Promise<StoreCheck> {
    const { place } = this.#parts;
    const row = await this.#settings();
    if (Number(row.version) < VERSION_MIN * 10_000) {
      throw unreachable(place, new Error(`it is version ${row.version}, and Tidegate needs ${VERSION_MIN} or newer`));
    }
    if (row.standby === "true") throw unreachable(place, new Error("it is a standby, which cannot be written"));
    if (row.fsync !== "on" || row.synchronous_commit === "off") throw notDurable(place, row);
    const detail = `PostgreSQL ${row.server} at ${place.host}, database "${place.database}", schema "${this.#parts.schema}".`;
    return { engine: "postgres", durable: true, detail };
  }

  async close(): Promise<void> {
    await this.#parts.pool.end();
  }

  async #settings(): Promise<SqlRow> {
    const text = `select current_setting('server_version') as server, current_setting('server_version_num') as version,
      pg_is_in_recovery()::text as standby, current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as synchronous_commit`;
    const client = await this.#connect();
    let healthy = false;
    try {
      const { rows } = await this.#say(client, text);
      healthy = true;
      return rows[0] ?? {};
    } finally {
      client.release(!healthy);
    }
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#parts.pool.connect();
    } catch (error) {
      throw unreachable(this.#parts.place, error);
    }
  }

  async #commit(client: PoolClient): Promise<void> {
    let command: string;
    try {
      ({ command } = await client.query("commit"));
    } catch (error) {
      throw atCommit(this.#parts.place, error);
    }
    if (command !== "COMMIT") throw new StoreError("store_conflict", "PostgreSQL rolled back instead of committing.");
  }

  #sessionOf(client: PoolClient): SqlSession {
    return {
      query: (text, params) => this.#say(client, text, params),
      script: async (text) => void (await this.#say(client, text)),
    };
  }

  async #say(client: PoolClient, text: string, params: readonly (string | null)[] = []): Promise<SqlResult> {
    try {
      const { rows, rowCount } = await client.query<Record<string, string | null>>({
        text,
        values: [...params],
        types: AS_TEXT,
      });
      return { rows, affected: rowCount ?? 0 };
    } catch (error) {
      throw beforeCommit(this.#parts.place, error);
    }
  }
}

/** Whether the connection can be used again. */
async function rolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query("rollback");
    return true;
  } catch {
    return false;
  }
}

function notDurable(place: Place, row: SqlRow): StoreError {
  return new StoreError(
    "store_not_durable",
    `PostgreSQL at ${place.host}, database "${place.database}", would lose acknowledged commits in a power cut ` +
      `(fsync ${row.fsync}, synchronous_commit ${row.synchronous_commit}). Turn both on, then start Tidegate again.`,
    { host: place.host, database: place.database },
  );
}
