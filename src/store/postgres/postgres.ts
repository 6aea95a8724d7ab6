/** The production store: a PostgreSQL server (14 or newer), or an engine that speaks its protocol and its SQL. */
import { setTimeout as sleep } from "node:timers/promises";
import { StoreError } from "../errors.ts";
import { migrate } from "../migrate.ts";
import type { Store } from "../port.ts";
import { quote } from "../sql/sql.ts";
import type { SqlConnection } from "../sql/sql_connection.ts";
import { SqlStore } from "../sql/sql_store.ts";
import { PostgresConnection } from "./postgres_connection.ts";
import { readPlace } from "./postgres_errors.ts";

export interface PostgresOptions {
  /** `postgresql://user:password@host:5432/database` */
  readonly url: string;
  /** Schema of the tables; made when it is missing. */
  readonly schema?: string;
  /** Connections at most; also how many transactions run at once. */
  readonly connections_max?: number;
}

export const POSTGRES_SCHEMA = "tidegate";
const CONNECTIONS_MAX = 10;
/** Waiting for a connection, or for a free one of the pool. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Above the server's own limit: when even that does not answer, the line is dead. */
const QUERY_TIMEOUT_MS = 40_000;

/**
 * Connects, brings the schema up to date, and checks that commits are durable there.
 * @throws StoreError store_unavailable, store_not_durable, store_newer_schema, store_migration_changed
 * @example const store = await openPostgres({ url: "postgresql://tidegate@db.internal/treasury" });
 */
export async function openPostgres(options: PostgresOptions): Promise<Store> {
  const { url, schema = POSTGRES_SCHEMA, connections_max = CONNECTIONS_MAX } = options;
  const place = readPlace(url);
  const { Pool } = (await import("pg")).default;
  const pool = new Pool({
    connectionString: url,
    max: connections_max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    application_name: "tidegate",
  });
  // A connection that breaks says so to whoever uses it; these listeners only keep it from ending the process as well.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const connection = new PostgresConnection({ pool, place, schema });
  try {
    await connection.check();
    await createSchema(connection, schema);
    await migrate({ connection, sleep });
  } catch (error) {
    await pool.end();
    throw error;
  }
  return new SqlStore({ connection, random: Math.random, sleep });
}

/** Only when it is missing: `if not exists` asks for the right to create even when it exists. */
async function createSchema(connection: SqlConnection, schema: string): Promise<void> {
  const name = [schema];
  const exists = "select 1 from pg_namespace where nspname = $1::text";
  const found = await connection.transaction("read", (session) => session.query(exists, name));
  if (found.rows.length > 0) return;
  const create = `create schema if not exists ${quote(schema)}`;
  try {
    await connection.transaction("write", (session) => session.script(create));
  } catch (error) {
    // Another process that starts at the same time made it in between.
    if (!(error instanceof StoreError) || error.code !== "store_duplicate") throw error;
  }
}
