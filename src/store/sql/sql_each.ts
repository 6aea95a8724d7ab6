/**
 * Queries that differ in nothing but their values, as one statement: the values are spread into rows, and the query runs once for
 * each of them. Its order and its limit hold for each, so every query is answered as it would be alone.
 */
import type { Query, Test } from "../conditions.ts";
import type { AnyTable, Scalar } from "../rows.ts";
import { type Places, queryText, type Statement } from "./sql.ts";
import { arrayParam } from "./sql_arrays.ts";

/** The column that says whose answer a row is: its place in the list of queries, counted from 1. */
export const ASKER = "#";

/** The same for all queries that can go together. */
export function shapeOf(table: AnyTable, { tests, order, limit }: Query): string {
  let shape = `${table.name} ${limit}`;
  for (const test of tests) {
    shape += ` ${test.op} ${test.column}`;
    if (test.op === "in") shape += ` ${test.values.length}${test.or_null ? " null" : ""}`;
  }
  for (const [column, direction] of order) shape += ` ${direction} ${column}`;
  return shape;
}

/** The same for two queries that are the same in all: of one shape, with the same values. */
export function questionOf(table: AnyTable, query: Query): { readonly shape: string; readonly values: string } {
  return { shape: shapeOf(table, query), values: JSON.stringify(valuesOf(query.tests).map(String)) };
}

/** In the order in which the text of the query takes them. */
export function valuesOf(tests: readonly Test[]): Scalar[] {
  return tests.flatMap((test) => (test.op === "in" ? test.values : test.op === "not_null" ? [] : [test.value]));
}

/** For queries of one shape, and at least one value each. */
export function selectEach(table: AnyTable, queries: readonly Query[]): Statement {
  const [first] = queries;
  if (first === undefined) return { text: "select 1 where false", params: [] };
  const columns = first.tests.flatMap((test) => valuesOf([test]).map(() => test.column));
  const values = queries.map(({ tests }) => valuesOf(tests));
  const arrays = columns.map((column, at) =>
    arrayParam(
      table,
      column,
      values.map((some) => some[at] ?? null),
    ),
  );
  const spread = arrays.map(({ cast }, at) => `$${at + 1}::${cast}`).join(", ");
  const names = columns.map((_, at) => `v${at}`).join(", ");
  let place = 0;
  const places: Places = { add: () => `q.v${place++}` };
  const text =
    `select q.n::text as "${ASKER}", t.* from unnest(${spread}) with ordinality as q(${names}, n) ` +
    `cross join lateral (${queryText(table, first, places)}) t`;
  return { text, params: arrays.map((array) => array.text) };
}
