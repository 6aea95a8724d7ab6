/**
 * Statements for any declared table. Values travel as text parameters with a cast and come back as text, so that no driver's
 * own idea of a number or a date ever touches one; names come from the declarations alone and are always quoted.
 */
import type { Order, Query, Test } from "../conditions.ts";
import type { ColumnKind } from "../port.ts";
import { type AnyRow, type AnyTable, columnOf, type Scalar, type Value } from "../rows.ts";
import { arrayParam } from "./sql_arrays.ts";

export interface Statement {
  readonly text: string;
  readonly params: readonly (string | null)[];
}

const CAST: Record<ColumnKind, string> = {
  text: "text",
  int: "bigint",
  amount: "numeric",
  time: "bigint",
  json: "jsonb",
  bool: "boolean",
};

/** The database's own time at the start of the transaction. */
export const NOW: Statement = {
  text: `select floor(extract(epoch from now()) * 1000)::bigint::text as "now"`,
  params: [],
};

/** Where the values of a statement come from, while it is written. */
export interface Places {
  /** Takes the value in, and answers how the statement says it. */
  add(table: AnyTable, column: string, value: Value): string;
}

/** Collects parameters while a statement is written. */
class Params implements Places {
  readonly list: (string | null)[] = [];

  add(table: AnyTable, column: string, value: Value): string {
    const { kind } = columnOf(table, column);
    this.list.push(encode(kind, columnOf(table, column).nullable, value));
    return `$${this.list.length}::${CAST[kind]}`;
  }
}

export function selectByKey(table: AnyTable, key: readonly Scalar[]): Statement {
  const params = new Params();
  return {
    text: `select ${columnList(table)} from ${quote(table.name)}${whereKey(table, key, params)}`,
    params: params.list,
  };
}

/** Every row whose `column` is one of the values. */
export function selectByValues(table: AnyTable, column: string, values: readonly Value[]): Statement {
  const { text, cast } = arrayParam(table, column, values);
  const where = `${quote(column)} = any($1::${cast})`;
  return { text: `select ${columnList(table)} from ${quote(table.name)} where ${where}`, params: [text] };
}

export function selectRows(table: AnyTable, query: Query): Statement {
  const params = new Params();
  return { text: queryText(table, query, params), params: params.list };
}

export function queryText(table: AnyTable, { tests, order, limit }: Query, places: Places): string {
  const from = `from ${quote(table.name)}${whereTests(table, tests, places)}`;
  return `select ${columnList(table)} ${from}${orderBy(table, order)} limit ${limit}`;
}

export function countRows(table: AnyTable, tests: readonly Test[]): Statement {
  const params = new Params();
  const where = whereTests(table, tests, params);
  return { text: `select count(*)::text as "count" from ${quote(table.name)}${where}`, params: params.list };
}

export function insertRow(table: AnyTable, row: AnyRow): Statement {
  const params = new Params();
  const values = Object.keys(row).map((name) => params.add(table, name, row[name] ?? null));
  const names = Object.keys(row).map(quote);
  return {
    text: `insert into ${quote(table.name)} (${names.join(", ")}) values (${values.join(", ")})`,
    params: params.list,
  };
}

export function insertRowIfAbsent(table: AnyTable, row: AnyRow): Statement {
  const insert = insertRow(table, row);
  return { text: `${insert.text} on conflict do nothing`, params: insert.params };
}

export function upsertRow(table: AnyTable, row: AnyRow): Statement {
  const insert = insertRow(table, row);
  const others = Object.keys(row).filter((name) => !table.key.includes(name));
  const set = others.map((name) => `${quote(name)} = excluded.${quote(name)}`).join(", ");
  const key = table.key.map(quote).join(", ");
  return { text: `${insert.text} on conflict (${key}) do update set ${set}`, params: insert.params };
}

export function updateRow(table: AnyTable, key: readonly Scalar[], patch: AnyRow, guard: readonly Test[]): Statement {
  const params = new Params();
  const set = Object.keys(patch).map((name) => `${quote(name)} = ${params.add(table, name, patch[name] ?? null)}`);
  const where = `${whereKey(table, key, params)}${guard.map((test) => ` and ${testSql(table, test, params)}`).join("")}`;
  return { text: `update ${quote(table.name)} set ${set.join(", ")}${where}`, params: params.list };
}

export function deleteRow(table: AnyTable, key: readonly Scalar[]): Statement {
  const params = new Params();
  return { text: `delete from ${quote(table.name)}${whereKey(table, key, params)}`, params: params.list };
}

export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function columnList(table: AnyTable): string {
  return Object.keys(table.columns)
    .map((name) => `${quote(name)}::text as ${quote(name)}`)
    .join(", ");
}

function whereKey(table: AnyTable, key: readonly Scalar[], params: Params): string {
  const tests = table.key.map((name, i) => `${quote(name)} = ${params.add(table, name, key[i] ?? null)}`);
  return ` where ${tests.join(" and ")}`;
}

function whereTests(table: AnyTable, tests: readonly Test[], params: Places): string {
  if (tests.length === 0) return "";
  return ` where ${tests.map((test) => testSql(table, test, params)).join(" and ")}`;
}

const COMPARISON = { lt: "<", lte: "<=", gt: ">", gte: ">=", not: "is distinct from" } as const;

function testSql(table: AnyTable, test: Test, params: Places): string {
  const column = quote(test.column);
  if (test.op === "not_null") return `${column} is not null`;
  if (test.op !== "in") return `${column} ${COMPARISON[test.op]} ${params.add(table, test.column, test.value)}`;
  const values = test.values.map((value) => params.add(table, test.column, value));
  const equals = values.length === 1 ? `${column} = ${values[0]}` : `${column} in (${values.join(", ")})`;
  if (values.length === 0) return test.or_null ? `${column} is null` : "false";
  return test.or_null ? `(${equals} or ${column} is null)` : equals;
}

/** `nulls last` only where there can be nulls: without it an index read backwards serves a descending order. */
function orderBy(table: AnyTable, order: Order): string {
  if (order.length === 0) return "";
  const parts = order.map(([name, direction]) => {
    const nulls = columnOf(table, name).nullable ? " nulls last" : "";
    // Qualified: a bare name would be the selected column, which is text.
    return `${quote(table.name)}.${quote(name)} ${direction}${nulls}`;
  });
  return ` order by ${parts.join(", ")}`;
}

function encode(kind: ColumnKind, nullable: boolean, value: Value): string | null {
  if (value === null && (nullable || kind !== "json")) return null;
  return kind === "json" ? JSON.stringify(value) : String(value);
}
