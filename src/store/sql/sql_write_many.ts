/**
 * Many rows of several tables in one statement: one array per column, one common table expression per step. Rows to be changed
 * are locked in key order first, so that two writers wait for each other once and never in a circle; when all of them are there
 * and pass their guards, the steps run in their order, because each counts the rows of the one before.
 */
import type { AnyTable, Value } from "../rows.ts";
import type { CheckedUpdate, CheckedWrite } from "../writes.ts";
import { quote, type Statement } from "./sql.ts";
import { arrayParam } from "./sql_arrays.ts";
import type { SqlResult } from "./sql_connection.ts";

/** Answers one row with a column `done`. */
export function writeMany(writes: readonly CheckedWrite[]): Statement {
  const params: string[] = [];
  const array = (table: AnyTable, column: string, values: readonly Value[]): string => {
    const { text, cast } = arrayParam(table, column, values);
    params.push(text);
    return `$${params.length}::${cast}`;
  };
  const locks = writes.flatMap((write, at) => (write.kind === "update" ? lockStep(write, at, array) : []));
  const met = writes.flatMap(({ kind, rows }, at) =>
    kind === "update" ? [`(select count(*) from l${at}) = ${rows.length}`] : [],
  );
  const done = `done as materialized (select ${met.join(" and ") || "true"} as yes)`;
  const steps = writes.map((write, at) => {
    const when = `(select yes from done)${at === 0 ? "" : ` and (select count(*) from s${at - 1}) >= 0`}`;
    return write.kind === "insert" ? insertStep(write, at, when, array) : updateStep(write, at, when);
  });
  return { text: `with ${[...locks, done, ...steps].join(", ")} select yes::text as "done" from done`, params };
}

type ArrayOf = (table: AnyTable, column: string, values: readonly Value[]) => string;
type Insert = Extract<CheckedWrite, { kind: "insert" }>;
type Update = Extract<CheckedWrite, { kind: "update" }>;

function insertStep({ table, rows }: Insert, at: number, when: string, array: ArrayOf): string {
  const names = Object.keys(table.columns);
  const arrays = names.map((name) =>
    array(
      table,
      name,
      rows.map((row) => row[name] ?? null),
    ),
  );
  const columns = names.map(quote).join(", ");
  return (
    `s${at} as (insert into ${quote(table.name)} (${columns}) ` +
    `select * from unnest(${arrays.join(", ")}) where ${when} returning 1)`
  );
}

/** What to change as `v`, and the keys of those rows that pass their guards, locked, as `l`. */
function lockStep({ table, rows }: Update, at: number, array: ArrayOf): string[] {
  const { patched, guarded } = namesOf(rows);
  const column = (name: string, pick: (row: CheckedUpdate) => Value) => array(table, name, rows.map(pick));
  const arrays = [
    ...table.key.map((name, place) => column(name, ({ key }) => key[place] ?? null)),
    ...patched.map((name) => column(name, ({ patch }) => patch[name] ?? null)),
    ...guarded.map((name) => column(name, ({ guard }) => guard[name] ?? null)),
  ];
  const names = [
    ...table.key.map((_, place) => `k${place}`),
    ...patched.map((_, place) => `p${place}`),
    ...guarded.map((_, place) => `g${place}`),
  ];
  const own = table.key.map((name) => `t.${quote(name)}`).join(", ");
  const tests = guarded.map((name, place) => `t.${quote(name)} = v.g${place}`);
  return [
    `v${at} as materialized (select * from unnest(${arrays.join(", ")}) as v(${names.join(", ")}))`,
    `l${at} as materialized (select ${own} from ${quote(table.name)} t, v${at} v ` +
      `where ${[...keyTests(table), ...tests].join(" and ")} order by ${own} for update of t)`,
  ];
}

function updateStep({ table, rows }: Update, at: number, when: string): string {
  const set = namesOf(rows).patched.map((name, place) => `${quote(name)} = v.p${place}`);
  const where = [...keyTests(table), when].join(" and ");
  return `s${at} as (update ${quote(table.name)} t set ${set.join(", ")} from v${at} v where ${where} returning 1)`;
}

function keyTests(table: AnyTable): string[] {
  return table.key.map((name, place) => `t.${quote(name)} = v.k${place}`);
}

function namesOf([first]: readonly CheckedUpdate[]): { patched: string[]; guarded: string[] } {
  return { patched: Object.keys(first?.patch ?? {}), guarded: Object.keys(first?.guard ?? {}) };
}

/** Whether a `writeMany` was done. */
export function isDone({ rows }: SqlResult): boolean {
  return rows[0]?.done === "true";
}
