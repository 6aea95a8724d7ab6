/**
 * Many rows of several tables in one statement: one array per column, one common table expression per step. Steps run in their
 * order, because each counts the rows of the one before; rows to be changed are locked in key order first, so that two writers
 * wait for each other once and never in a circle.
 */
import type { AnyTable, Value } from "./rows.ts";
import { arrayParam, quote, type Statement } from "./sql.ts";
import type { CheckedUpdate, CheckedWrite } from "./writes.ts";

/** The counts come back as one row with a column `s<step>` per step. */
export function writeMany(writes: readonly CheckedWrite[]): Statement {
  const params: string[] = [];
  const array = (table: AnyTable, column: string, values: readonly Value[]): string => {
    const { text, cast } = arrayParam(table, column, values);
    params.push(text);
    return `$${params.length}::${cast}`;
  };
  const steps = writes.map((write, at) => {
    const after = at === 0 ? "" : `(select count(*) from s${at - 1}) >= 0`;
    return write.kind === "insert" ? insertStep(write, at, after, array) : updateStep(write, at, after, array);
  });
  const counts = writes.map((_, at) => `(select count(*) from s${at})::text as "s${at}"`);
  return { text: `with ${steps.join(", ")} select ${counts.join(", ")}`, params };
}

type ArrayOf = (table: AnyTable, column: string, values: readonly Value[]) => string;
type Insert = Extract<CheckedWrite, { kind: "insert" }>;
type Update = Extract<CheckedWrite, { kind: "update" }>;

function insertStep({ table, rows }: Insert, at: number, after: string, array: ArrayOf): string {
  const names = Object.keys(table.columns);
  const arrays = names.map((name) =>
    array(
      table,
      name,
      rows.map((row) => row[name] ?? null),
    ),
  );
  const columns = names.map(quote).join(", ");
  const where = after === "" ? "" : ` where ${after}`;
  return (
    `s${at} as (insert into ${quote(table.name)} (${columns}) ` +
    `select * from unnest(${arrays.join(", ")})${where} returning 1)`
  );
}

function updateStep({ table, rows }: Update, at: number, after: string, array: ArrayOf): string {
  const [first] = rows;
  const patched = Object.keys(first?.patch ?? {});
  const guarded = Object.keys(first?.guard ?? {});
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
  const given = table.key.map((_, place) => `v.k${place}`).join(", ");
  const locked = table.key.map((name) => `l.${quote(name)}`).join(", ");
  const set = patched.map((name, place) => `${quote(name)} = v.p${place}`).join(", ");
  const tests = guarded.map((name, place) => `t.${quote(name)} = v.g${place}`);
  const where = [`(${own}) = (${given})`, `(${locked}) = (${given})`, ...tests, ...(after === "" ? [] : [after])];
  return (
    `v${at} as materialized (select * from unnest(${arrays.join(", ")}) as v(${names.join(", ")})), ` +
    `l${at} as materialized (select ${own} from ${quote(table.name)} t where (${own}) in (select ${given} from v${at} v) ` +
    `order by ${own} for update), ` +
    `s${at} as (update ${quote(table.name)} t set ${set} from v${at} v, l${at} l where ${where.join(" and ")} returning 1)`
  );
}
