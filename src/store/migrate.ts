/**
 * Brings a database to the schema of this version: forward only, one transaction each, recorded in the table `migration`.
 * Two processes may start at once: every step first writes the row numbered 0, so that one waits for or retries after the
 * other and then finds the work done. No advisory locks: not every PostgreSQL-compatible engine has them.
 */
import { StoreError } from "./errors.ts";
import { type Migration, readMigrations } from "./migrations.ts";
import type { SqlConnection, SqlSession } from "./sql/sql_connection.ts";
import { readInt } from "./sql/sql_rows.ts";

const ATTEMPTS_MAX = 50;
const PAUSE_MS = 50;

const CREATE = `
create table if not exists migration (
  number bigint primary key,
  name text collate "C" not null,
  sha256 text collate "C" not null,
  applied_at bigint not null
);
insert into migration (number, name, sha256, applied_at) values (0, 'lock', '', 0) on conflict do nothing;
`;
const LOCK = "update migration set applied_at = floor(extract(epoch from now()) * 1000) where number = 0";
const RECORD = `
insert into migration (number, name, sha256, applied_at)
values ($1::bigint, $2::text, $3::text, floor(extract(epoch from now()) * 1000))`;

export interface MigrateParts {
  readonly connection: SqlConnection;
  readonly sleep: (ms: number) => Promise<void>;
  readonly migrations?: readonly Migration[];
}

/**
 * Applies what is missing; returns the number of the schema, and how many migrations this call applied.
 * @throws StoreError store_newer_schema when the database was made by a newer version, store_migration_changed when an
 * applied migration is not the one of this version
 */
export async function migrate(parts: MigrateParts): Promise<{ schema: number; applied: number }> {
  const { connection, migrations = readMigrations() } = parts;
  await patiently(parts, () => connection.transaction("write", (session) => session.script(CREATE)));
  let applied = 0;
  for (const migration of migrations) {
    const step = () => connection.transaction("write", (session) => applyOne(session, migration, migrations));
    if (await patiently(parts, step)) applied += 1;
  }
  return { schema: migrations.length, applied };
}

async function applyOne(session: SqlSession, migration: Migration, known: readonly Migration[]): Promise<boolean> {
  await session.query(LOCK, []);
  const { rows } = await session.query(
    "select number::text, sha256 from migration where number > 0 order by number",
    [],
  );
  const done = rows.map((row) => ({ number: readInt(row.number, "migration.number"), sha256: row.sha256 }));
  for (const { number, sha256 } of done) checkDone(number, sha256 ?? "", known);
  if (done.length >= migration.number) return false;
  // A change of a big table may take longer than any statement of the daemon may.
  await session.script(`set local statement_timeout to 0;\n${migration.sql}`);
  await session.query(RECORD, [String(migration.number), migration.name, migration.sha256]);
  return true;
}

function checkDone(number: number, sha256: string, known: readonly Migration[]): void {
  const own = known[number - 1];
  if (own === undefined) {
    throw new StoreError(
      "store_newer_schema",
      `The database has schema ${number}; this version of Tidegate knows schemas up to ${known.length}. ` +
        "Start the newer version again, or restore a backup made before the upgrade.",
      { schema: number, known: known.length },
    );
  }
  if (own.sha256 === sha256) return;
  throw new StoreError(
    "store_migration_changed",
    `Migration ${own.name} was applied to this database in another form than this version brings. ` +
      "Use the version that made the database, or start with an empty one.",
    { migration: own.name, applied_sha256: sha256, own_sha256: own.sha256 },
  );
}

/** Two processes that create the same table at once collide in the catalog: the loser finds it when it tries again. */
async function patiently<T>(parts: MigrateParts, step: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await step();
    } catch (error) {
      const collided = error instanceof StoreError && ["store_conflict", "store_duplicate"].includes(error.code);
      if (!collided || attempt === ATTEMPTS_MAX) throw error;
    }
    await parts.sleep(PAUSE_MS);
  }
}
