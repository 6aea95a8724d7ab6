import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "pg";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { migrate } from "../migrate.ts";
import { type Migration, readMigrations } from "../migrations.ts";
import { PostgresConnection } from "./postgres_connection.ts";

const SCHEMA = `migrate_test_${process.pid}`;
const pool = new Pool({ connectionString: process.env.TIDEGATE_TEST_DATABASE_URL ?? "" });
const connection = new PostgresConnection({ pool, place: { host: "test", database: "test" }, schema: SCHEMA });
const sleep = () => Promise.resolve();

beforeEach(async () => {
  await pool.query(`drop schema if exists ${SCHEMA} cascade; create schema ${SCHEMA}`);
});
afterAll(async () => {
  await pool.query(`drop schema if exists ${SCHEMA} cascade`);
  await pool.end();
});

const first: Migration = { number: 1, name: "000001.sql", sql: "create table one (id text)", sha256: "a1" };
const second: Migration = { number: 2, name: "000002.sql", sql: "create table two (id text);", sha256: "a2" };

async function tableNames(): Promise<string[]> {
  const { rows } = await pool.query<{ name: string }>("select tablename as name from pg_tables where schemaname = $1", [
    SCHEMA,
  ]);
  return rows.map((row) => row.name).sort();
}

describe("migrate", () => {
  it("applies what is missing, once, in order", async () => {
    expect(await migrate({ connection, sleep, migrations: [first] })).toEqual({ schema: 1, applied: 1 });
    expect(await migrate({ connection, sleep, migrations: [first, second] })).toEqual({ schema: 2, applied: 1 });
    expect(await migrate({ connection, sleep, migrations: [first, second] })).toEqual({ schema: 2, applied: 0 });
    expect(await tableNames()).toEqual(["migration", "one", "two"]);
  });

  it("applies each migration whole or not at all, and goes on from there", async () => {
    const broken = { ...second, sql: "create table two (id text); create table two (id text);" };
    await expect(migrate({ connection, sleep, migrations: [first, broken] })).rejects.toThrow('"two" already exists');
    expect(await tableNames()).toEqual(["migration", "one"]);
    expect(await migrate({ connection, sleep, migrations: [first, second] })).toEqual({ schema: 2, applied: 1 });
  });

  it("lets several processes start at once; each migration is applied by one of them", async () => {
    const runs = Array.from({ length: 6 }, () => migrate({ connection, sleep, migrations: [first, second] }));
    const applied = (await Promise.all(runs)).reduce((sum, run) => sum + run.applied, 0);
    expect(applied).toBe(2);
    expect(await tableNames()).toEqual(["migration", "one", "two"]);
  });

  it("refuses a database of a newer version", async () => {
    await migrate({ connection, sleep, migrations: [first, second] });
    await expect(migrate({ connection, sleep, migrations: [first] })).rejects.toMatchObject({
      code: "store_newer_schema",
      facts: { schema: 2, known: 1 },
    });
  });

  it("refuses a database whose migrations were other ones", async () => {
    await migrate({ connection, sleep, migrations: [first] });
    const edited = { ...first, sha256: "b1" };
    await expect(migrate({ connection, sleep, migrations: [edited, second] })).rejects.toMatchObject({
      code: "store_migration_changed",
      facts: { migration: "000001.sql" },
    });
    expect(await tableNames()).toEqual(["migration", "one"]);
  });
});

describe("readMigrations", () => {
  it("reads the numbered files in order, with their digests", () => {
    const migrations = readMigrations();
    expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, i) => i + 1));
    expect(migrations[0]).toMatchObject({ name: "000001.sql", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it("stops at a gap", () => {
    const dir = mkdtempSync(join(tmpdir(), "tidegate-migrations-"));
    writeFileSync(join(dir, "000002.sql"), "");
    expect(() => readMigrations(dir)).toThrow("without gaps");
    rmSync(dir, { recursive: true });
  });
});
