/** Conditions and orders, read from the port's short forms into one plain list that both adapters work from. */
import { assert } from "../errors/index.ts";
import type { Find } from "./port.ts";
import { type AnyRow, type AnyTable, checkScalar, columnOf, compareScalars, type Scalar } from "./rows.ts";

export const FIND_LIMIT_MAX = 10_000;
export const IN_VALUES_MAX = 1_000;

/** `in` is equality with any of the values, and with null when `or_null`. `not` keeps rows that are null. */
export type Test =
  | { readonly column: string; readonly op: "in"; readonly values: readonly Scalar[]; readonly or_null: boolean }
  | { readonly column: string; readonly op: "lt" | "lte" | "gt" | "gte" | "not"; readonly value: Scalar }
  | { readonly column: string; readonly op: "not_null" };

export type Order = readonly (readonly [string, "asc" | "desc"])[];

/** A find query, checked. */
export interface Query {
  readonly tests: readonly Test[];
  readonly order: Order;
  readonly limit: number;
}

export function readFind(table: AnyTable, find: Find<Record<string, unknown>>): Query {
  const { where = {}, order_by = [], limit } = find;
  assert(Number.isInteger(limit) && limit >= 1 && limit <= FIND_LIMIT_MAX, `a find limit is 1 to ${FIND_LIMIT_MAX}`);
  for (const [name] of order_by) assert(columnOf(table, name).kind !== "json", `${table.name}.${name} has no order`);
  return { tests: readWhere(table, where), order: order_by, limit };
}

/** All of the tests must hold. An `undefined` condition is refused: missing never means "any". */
export function readWhere(table: AnyTable, where: object): Test[] {
  return Object.entries(where).flatMap(([column, condition]) => readCondition(table, column, condition));
}

function readCondition(table: AnyTable, column: string, condition: unknown): Test[] {
  columnOf(table, column);
  assert(condition !== undefined, `the condition on ${table.name}.${column} is undefined`);
  if (condition === null) return [{ column, op: "in", values: [], or_null: true }];
  if (typeof condition !== "object") return [equals(column, checkScalar(table, column, condition))];
  const parts = Object.entries(condition);
  assert(parts.length > 0, `the condition on ${table.name}.${column} is empty`);
  return parts.map(([op, value]) => readOperator(table, column, op, value));
}

function readOperator(table: AnyTable, column: string, op: string, value: unknown): Test {
  switch (op) {
    case "in":
      return readIn(table, column, value);
    case "not":
      return value === null
        ? { column, op: "not_null" }
        : { column, op: "not", value: checkScalar(table, column, value) };
    case "lt":
    case "lte":
    case "gt":
    case "gte":
      return { column, op, value: checkScalar(table, column, value) };
    default:
      assert(false, `${table.name}.${column} has an unknown condition: ${op}`);
  }
}

function readIn(table: AnyTable, column: string, list: unknown): Test {
  assert(Array.isArray(list) && list.length <= IN_VALUES_MAX, `"in" takes a list of at most ${IN_VALUES_MAX} values`);
  const values = list.filter((item) => item !== null).map((item) => checkScalar(table, column, item));
  return { column, op: "in", values, or_null: values.length < list.length };
}

function equals(column: string, value: Scalar): Test {
  return { column, op: "in", values: [value], or_null: false };
}

/** Whether a row passes one test; SQL's own rules for null. */
export function passes(row: AnyRow, test: Test): boolean {
  const value = row[test.column] as Scalar | null;
  if (test.op === "in") return value === null ? test.or_null : test.values.includes(value);
  if (test.op === "not_null") return value !== null;
  if (test.op === "not") return value !== test.value;
  if (value === null) return false;
  const order = compareScalars(value, test.value);
  switch (test.op) {
    case "lt":
      return order < 0;
    case "lte":
      return order <= 0;
    case "gt":
      return order > 0;
    case "gte":
      return order >= 0;
  }
}

/** Compares two rows by the order; nulls come last in both directions. */
export function compareRows(a: AnyRow, b: AnyRow, order: Order): number {
  for (const [column, direction] of order) {
    const x = a[column] as Scalar | null;
    const y = b[column] as Scalar | null;
    if (x === y) continue;
    if (x === null) return 1;
    if (y === null) return -1;
    const by_value = compareScalars(x, y);
    if (by_value !== 0) return direction === "asc" ? by_value : -by_value;
  }
  return 0;
}
