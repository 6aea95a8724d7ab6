/**
 * Two versions on one database: the newer one migrates while the older one still works. What any older version reads must stay, with
 * its type, and what it writes, knowing nothing of later columns, must still be taken.
 */
import { Pool } from "pg";
import { afterAll, beforeEach, expect, it } from "vitest";
import { migrate } from "../migrate.ts";
import { readMigrations } from "../migrations.ts";
import { PostgresConnection } from "./postgres_connection.ts";

const SCHEMA = `two_versions_${process.pid}`;
const pool = new Pool({ connectionString: process.env.TIDEGATE_TEST_DATABASE_URL ?? "" });
const connection = new PostgresConnection({ pool, place: { host: "test", database: "test" }, schema: SCHEMA });
const sleep = () => Promise.resolve();
const migrations = readMigrations();

beforeEach(async () => {
  await pool.query(`drop schema if exists ${SCHEMA} cascade; create schema ${SCHEMA}`);
});
afterAll(async () => {
  await pool.query(`drop schema if exists ${SCHEMA} cascade`);
  await pool.end();
});

interface ColumnFacts {
  readonly place: string;
  readonly table_name: string;
  readonly column_name: string;
  readonly data_type: string;
  readonly is_nullable: string;
}

async function columnsNow(): Promise<ColumnFacts[]> {
  const { rows } = await pool.query<ColumnFacts>(
    `select table_name || '.' || column_name as place, table_name, column_name, data_type, is_nullable
     from information_schema.columns where table_schema = $1 and table_name <> 'migration'`,
    [SCHEMA],
  );
  return rows;
}

/** The constraints of rows, by table: an older version's rows must not meet one that came later. */
async function rulesNow(): Promise<Set<string>> {
  const { rows } = await pool.query<{ rule: string }>(
    `select conrelid::regclass || ' ' || pg_get_constraintdef(oid) as rule from pg_constraint
     where connamespace = $1::regnamespace and contype <> 'n'
     union select indrelid::regclass || ' unique ' || pg_get_indexdef(indexrelid) from pg_index
     join pg_class on pg_class.oid = indexrelid where relnamespace = $1::regnamespace and indisunique`,
    [SCHEMA],
  );
  return new Set(rows.map(({ rule }) => rule));
}

/** A value of a column's type; what it says does not matter. */
const VALUES: Readonly<Record<string, unknown>> = {
  text: "old",
  bigint: 1,
  numeric: "1",
  jsonb: "{}",
  boolean: false,
};

it.each(migrations.slice(0, -1).map(({ number }) => number))(
  "what version %i of the schema reads and writes is there and taken after all later migrations",
  async (number) => {
    await migrate({ connection, sleep, migrations: migrations.slice(0, number) });
    const [known, rules] = [await columnsNow(), await rulesNow()];
    await migrate({ connection, sleep, migrations });
    const now = new Map((await columnsNow()).map((column) => [column.place, column]));
    for (const column of known) expect(now.get(column.place)).toEqual(column);

    const tables = new Set(known.map(({ table_name }) => table_name));
    const added = [...(await rulesNow())].filter((rule) => !rules.has(rule));
    const strict = added.filter((rule) => tables.has(rule.split(" ")[0]?.split(".").at(-1) ?? ""));
    expect(strict).toEqual([]);
    for (const table of tables) {
      const columns = known.filter(({ table_name }) => table_name === table);
      const names = columns.map(({ column_name }) => `"${column_name}"`).join(", ");
      const values = columns.map(({ data_type }) => VALUES[data_type]);
      expect(values).not.toContain(undefined);
      const places = values.map((_, at) => `$${at + 1}`).join(", ");
      const written = await pool.query(`insert into ${SCHEMA}."${table}" (${names}) values (${places})`, values);
      expect(written.rowCount).toBe(1);
    }
  },
);
