/**
 * The steps of a write as statements of their own, for a message that ends with the commit. Each text depends on nothing but the
 * table and its columns, so the server plans it once. An update whose rows are not all there, or do not all pass their guards,
 * fails with a division by zero, which no other statement of ours can: the server drops the whole transaction then.
 */
import type { AnyTable } from "../rows.ts";
import type { CheckedUpdate, CheckedWrite } from "../writes.ts";
import { quote, type Statement } from "./sql.ts";
import { spreadParam, spreadSql } from "./sql_arrays.ts";

/** SQLSTATE of a step that did not change all of its rows. */
export const GUARD_FAILED = "22012";

type Insert = Extract<CheckedWrite, { kind: "insert" }>;
type Update = Extract<CheckedWrite, { kind: "update" }>;

/** In the given order. */
export function stepsOf(writes: readonly CheckedWrite[]): Statement[] {
  return writes.map((write) => (write.kind === "insert" ? insertStep(write) : updateStep(write)));
}

/** Texts by what they depend on; how a table may be written is known when the code is. */
const texts = new WeakMap<AnyTable, Map<string, string>>();

function textOf(table: AnyTable, shape: string, make: () => string): string {
  const known = texts.get(table) ?? new Map<string, string>();
  texts.set(table, known);
  const text = known.get(shape) ?? make();
  known.set(shape, text);
  return text;
}

function insertStep({ table, rows }: Insert): Statement {
  const names = Object.keys(table.columns);
  const params = names.map((name) => spreadParam(table, name, rows));
  return { text: textOf(table, "insert", () => insertText(table, names)), params };
}

function insertText(table: AnyTable, names: readonly string[]): string {
  const spread = names.map((name, at) => spreadSql(table, name, at + 1)).join(", ");
  return `insert into ${quote(table.name)} (${names.map(quote).join(", ")}) select * from rows from (${spread})`;
}

/** Rows are changed in the order in which they are given: key order, so that two writers wait for each other once. */
function updateStep({ table, rows }: Update): Statement {
  const sorted = rows.length === 1 ? rows : [...rows].sort(byKey);
  const patches = sorted.map(({ patch }) => patch);
  const guards = sorted.map(({ guard }) => guard);
  const patched = Object.keys(patches[0] ?? {});
  const guarded = Object.keys(guards[0] ?? {});
  const keys = sorted.map(({ key }) => Object.fromEntries(table.key.map((name, place) => [name, key[place] ?? null])));
  const params = [
    ...table.key.map((name) => spreadParam(table, name, keys)),
    ...patched.map((name) => spreadParam(table, name, patches)),
    ...guarded.map((name) => spreadParam(table, name, guards)),
    String(rows.length),
  ];
  const shape = `update ${patched.join()} ${guarded.join()}`;
  return { text: textOf(table, shape, () => updateText(table, patched, guarded)), params };
}

function updateText(table: AnyTable, patched: readonly string[], guarded: readonly string[]): string {
  const all = [...table.key, ...patched, ...guarded];
  const spread = all.map((name, at) => spreadSql(table, name, at + 1)).join(", ");
  const at = (place: number): string => `v.c${place}`;
  const set = patched.map((name, place) => `${quote(name)} = ${at(table.key.length + place)}`);
  const tests = [
    ...table.key.map((name, place) => `t.${quote(name)} = ${at(place)}`),
    ...guarded.map((name, place) => `t.${quote(name)} = ${at(table.key.length + patched.length + place)}`),
  ];
  return (
    `with s as (update ${quote(table.name)} t set ${set.join(", ")} ` +
    `from rows from (${spread}) as v(${all.map((_, place) => `c${place}`).join(", ")}) ` +
    `where ${tests.join(" and ")} returning 1) ` +
    `select 1 / (case when count(*) = $${all.length + 1}::bigint then 1 else 0 end) as done from s`
  );
}

function byKey({ key: a }: CheckedUpdate, { key: b }: CheckedUpdate): number {
  for (const [at, value] of a.entries()) {
    const other = b[at] ?? value;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}
