/** A pool of connections to a PostgreSQL server. */
import type { Pool, PoolClient } from "pg";
import { StoreError } from "../errors.ts";
import type { StoreCheck } from "../port.ts";
import { quote, type Statement } from "../sql/sql.ts";
import type { BatchSession, SqlConnection, SqlSession } from "../sql/sql_connection.ts";
import { sqlState } from "../sql/sql_errors.ts";
import type { SqlRow } from "../sql/sql_rows.ts";
import { GUARD_FAILED, stepsOf } from "../sql/sql_steps.ts";
import type { CheckedWrite } from "../writes.ts";
import { atCommit, beforeCommit, type Place, unreachable } from "./postgres_errors.ts";
import { type Answer, hasFailed, rollBack, send, Texts } from "./postgres_message.ts";

/** On the server; a transaction that its process forgot gives its locks back. */
const STATEMENT_TIMEOUT_MS = 30_000;
const IDLE_TIMEOUT_MS = 60_000;
/** `extract(epoch from …)` is exact from here on. */
const VERSION_MIN = 14;

const COMMIT: Statement = { text: "commit", params: [] };

export interface PostgresParts {
  readonly pool: Pool;
  readonly place: Place;
  readonly schema: string;
}

interface Line {
  readonly client: Promise<PoolClient>;
  users: number;
}

export class PostgresConnection implements SqlConnection {
  readonly #parts: PostgresParts;
  readonly #texts = new Texts();
  readonly #begin: Readonly<Record<"write" | "read", readonly Statement[]>>;
  /** Held while writes are under way: they follow each other on one line, without waiting for a new one each. */
  #line: Line | null = null;

  constructor(parts: PostgresParts) {
    this.#parts = parts;
    // In one message with the first statement, and for this transaction alone: works with poolers that change the server
    // behind a connection.
    const settings = {
      text:
        "select set_config('search_path', $1::text, true), set_config('statement_timeout', $2::text, true), " +
        "set_config('idle_in_transaction_session_timeout', $3::text, true)",
      params: [quote(parts.schema), String(STATEMENT_TIMEOUT_MS), String(IDLE_TIMEOUT_MS)],
    };
    const begin = (how: string): Statement[] => [{ text: `begin isolation level ${how}`, params: [] }, settings];
    this.#begin = { write: begin("serializable"), read: begin("repeatable read read only") };
  }

  async transaction<T>(mode: "write" | "read", work: (session: SqlSession) => Promise<T>): Promise<T> {
    const batch = this.batch(mode);
    try {
      const result = await work(sessionOf(batch));
      await batch.commit([]);
      return result;
    } catch (error) {
      await batch.abandon();
      throw error;
    }
  }

  async write(writes: readonly CheckedWrite[]): Promise<boolean> {
    const line = this.#takeLine();
    try {
      const answers = await send(await line.client, this.#texts, [...this.#begin.write, ...stepsOf(writes), COMMIT]);
      mustBeCommit(answers.at(-1));
      return true;
    } catch (error) {
      if (sqlState(error) === GUARD_FAILED) return false;
      // What the server refused it can go on after; on anything else nobody can rely.
      if (sqlState(error) === undefined && this.#line === line) this.#line = null;
      throw error instanceof StoreError ? error : atCommit(this.#parts.place, error);
    } finally {
      await this.#leaveLine(line);
    }
  }

  batch(mode: "write" | "read"): BatchSession {
    const { place } = this.#parts;
    // Taken once, however many ask while it is being made: answers of two connections are not one transaction.
    let taken: Promise<PoolClient> | null = null;
    const say = async (statements: readonly Statement[]): Promise<Answer[]> => {
      const first = taken === null;
      taken ??= this.#connect();
      const all = first ? [...this.#begin[mode], ...statements] : statements;
      const answers = await send(await taken, this.#texts, all);
      return answers.slice(all.length - statements.length);
    };
    return {
      ask: async (statements) => {
        try {
          return await say(statements);
        } catch (error) {
          throw beforeCommit(place, error);
        }
      },
      script: async (text) => {
        try {
          await say([]);
          await (await taken)?.query(text);
        } catch (error) {
          throw beforeCommit(place, error);
        }
      },
      commit: async (writes) => {
        if (taken === null && writes.length === 0) return;
        let answers: Answer[];
        try {
          answers = await say([...stepsOf(writes), COMMIT]);
        } catch (error) {
          if (sqlState(error) === GUARD_FAILED) throw changedMeanwhile();
          throw error instanceof StoreError ? error : atCommit(place, error);
        }
        mustBeCommit(answers.at(-1));
        (await taken)?.release();
        taken = null;
      },
      abandon: async () => {
        const broken = await taken?.catch(() => null);
        taken = null;
        broken?.release(!(await rollBack(broken, this.#texts)));
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
      const [answer] = await send(client, this.#texts, [{ text, params: [] }]);
      healthy = true;
      return answer?.rows[0] ?? {};
    } catch (error) {
      throw beforeCommit(this.#parts.place, error);
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

  #takeLine(): Line {
    this.#line ??= { client: this.#connect(), users: 0 };
    this.#line.users += 1;
    return this.#line;
  }

  /** The last one gives it back. */
  async #leaveLine(line: Line): Promise<void> {
    line.users -= 1;
    if (line.users > 0) return;
    const usable = this.#line === line;
    if (usable) this.#line = null;
    const client = await line.client.catch(() => null);
    if (client === null) return;
    const healthy = usable && (!hasFailed(client, this.#texts) || (await rollBack(client, this.#texts)));
    client.release(!healthy);
  }
}

function sessionOf(batch: BatchSession): SqlSession {
  return {
    query: async (text, params) => {
      const [answer] = await batch.ask([{ text, params }]);
      return answer ?? { rows: [], affected: 0 };
    },
    script: (text) => batch.script(text),
  };
}

function mustBeCommit(answer: Answer | undefined): void {
  if (answer?.command === "COMMIT") return;
  throw new StoreError("store_conflict", "PostgreSQL rolled back instead of committing.");
}

function changedMeanwhile(): StoreError {
  return new StoreError("store_conflict", "Rows changed after they were read; nothing was written.");
}

function notDurable(place: Place, row: SqlRow): StoreError {
  return new StoreError(
    "store_not_durable",
    `PostgreSQL at ${place.host}, database "${place.database}", would lose acknowledged commits in a power cut ` +
      `(fsync ${row.fsync}, synchronous_commit ${row.synchronous_commit}). Turn both on, then start Tidegate again.`,
    { host: place.host, database: place.database },
  );
}
