/** `schema.ts` and the SQL of `migrations/` say the same, asked of a real database. */
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ColumnKind } from "../port.ts";
import { anyTable } from "../rows.ts";
import { TABLES } from "../tables/schema.ts";
import { openPostgres } from "./postgres.ts";

const SCHEMA = `schema_test_${process.pid}`;
const tables = Object.values(TABLES).map((table) => anyTable(table as never));
const client = new Client({ connectionString: process.env.TIDEGATE_TEST_DATABASE_URL ?? "" });

beforeAll(async () => {
  await (await openPostgres({ url: process.env.TIDEGATE_TEST_DATABASE_URL ?? "", schema: SCHEMA })).close();
  await client.connect();
});
afterAll(async () => {
  await client.query(`drop schema if exists ${SCHEMA} cascade`);
  await client.end();
});

const TYPES: Record<ColumnKind, string> = {
  text: "text C",
  int: "bigint",
  time: "bigint",
  amount: "numeric(78,0)",
  json: "jsonb",
  bool: "boolean",
};

/** Columns of every unique index of a table, and of every other one, each as a comma list. */
async function indexes(table: string): Promise<{ primary: string[]; unique: string[]; plain: string[] }> {
  const { rows } = await client.query<{ primary: boolean; unique: boolean; columns: string }>(
    `select i.indisprimary as primary, i.indisunique as unique,
       (select string_agg(a.attname, ',' order by k.place) from unnest(i.indkey) with ordinality as k (number, place)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number) as columns
     from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relname = $2 order by 3`,
    [SCHEMA, table],
  );
  const pick = (keep: (row: (typeof rows)[number]) => boolean) => rows.filter(keep).map((row) => row.columns);
  return {
    primary: pick((row) => row.primary),
    unique: pick((row) => row.unique && !row.primary),
    plain: pick((row) => !row.unique),
  };
}

describe("the schema in SQL and in code", () => {
  it("has the same tables", async () => {
    const { rows } = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = $1",
      [SCHEMA],
    );
    const declared = tables.map((table) => table.name);
    expect(rows.map((row) => row.name).sort()).toEqual([...declared, "migration"].sort());
  });

  for (const table of tables) {
    it(`has the same ${table.name}: columns, types, nulls, keys and indexes`, async () => {
      const { rows } = await client.query<{ name: string; type: string; nullable: boolean }>(
        `select a.attname as name, not a.attnotnull as nullable,
           format_type(a.atttypid, a.atttypmod) || coalesce(' ' || nullif(c.collname, 'default'), '') as type
         from pg_attribute a left join pg_collation c on c.oid = a.attcollation
         where a.attrelid = (select oid from pg_class where relname = $2 and relkind = 'r'
           and relnamespace = (select oid from pg_namespace where nspname = $1)) and a.attnum > 0 and not a.attisdropped
         order by a.attnum`,
        [SCHEMA, table.name],
      );
      const declared = Object.entries(table.columns).map(([name, { kind, nullable }]) => ({
        name,
        type: TYPES[kind],
        nullable,
      }));
      expect(rows).toEqual(declared.map(({ name, type, nullable }) => ({ name, nullable, type })));
      expect(await indexes(table.name)).toEqual({
        primary: [table.key.join()],
        unique: table.unique.map((columns) => columns.join()).sort(),
        plain: table.indexes.map((columns) => columns.join()).sort(),
      });
    });
  }
});
