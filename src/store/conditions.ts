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
  for (const [name] of order_by) {
    if (columnOf(table, name).kind === "json") assert(false, `${table.name}.${name} has no order`);
  }
  return { tests: readWhere(table, where), order: order_by, limit };
}

/** All of the tests must hold. An `undefined` condition is refused: missing never means "any". */
export function readWhere(table: AnyTable, where: object): Test[] {
  const tests: Test[] = [];
  const conditions = where as Readonly<Record<string, unknown>>;
  for (const column of Object.keys(conditions)) readCondition(tests, table, column, conditions[column]);
  return tests;
}

function readCondition(tests: Test[], table: AnyTable, column: string, condition: unknown): void {
  columnOf(table, column);
  if (condition === undefined) assert(false, `the condition on ${table.name}.${column} is undefined`);
  if (condition === null) tests.push({ column, op: "in", values: [], or_null: true });
  else if (typeof condition !== "object") tests.push(equals(column, checkScalar(table, column, condition)));
  else readOperators(tests, table, column, condition as Readonly<Record<string, unknown>>);
}

function readOperators(
  tests: Test[],
  table: AnyTable,
  column: string,
  condition: Readonly<Record<string, unknown>>,
): void {
  const operators = Object.keys(condition);
  if (operators.length === 0) assert(false, `the condition on ${table.name}.${column} is empty`);
  for (const op of operators) tests.push(readOperator(table, column, op, condition[op]));
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
  const values: Scalar[] = [];
  for (const item of list as readonly unknown[]) if (item !== null) values.push(checkScalar(table, column, item));
  return { column, op: "in", values, or_null: values.length < list.length };
}

function equals(column: string, value: Scalar): Test {
  return { column, op: "in", values: [value], or_null: false };
}

/** Whether a row passes one test; SQL's own rules for null. */
export function passes(row: AnyRow, test: Test): boolean {
  const value = row[test.column] as Scalar | null;
  if (test.op === "in") {
    if (value === null) return test.or_null;
    return test.values.length === 1 ? test.values[0] === value : test.values.includes(value);
  }
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

/** Whether a row passes all of them. */
export function passesAll(row: AnyRow, tests: readonly Test[]): boolean {
  for (const test of tests) if (!passes(row, test)) return false;
  return true;
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
