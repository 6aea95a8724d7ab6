/**
 * Rows, keys and values checked against a table's declaration, once for every store, so that all of them refuse the same
 * things. A wrong shape is a programmer error (assert); content that came from outside and cannot be kept is a StoreError.
 */
import { assert } from "../errors/index.ts";
import { StoreError } from "./errors.ts";
import { copyJson } from "./json.ts";
import type { Column, Json, Table } from "./port.ts";
import { checkText, compareText, INDEXED_TEXT_LENGTH_MAX } from "./text.ts";

export type Value = string | number | bigint | boolean | null | Json;
/** A value that can be compared and ordered: every kind but json. */
export type Scalar = string | number | bigint | boolean;
export type AnyRow = Readonly<Record<string, Value>>;
export type AnyTable = Table<Record<string, Value>>;

/** numeric(78,0): up to 78 digits, either sign. */
export const AMOUNT_LIMIT = 10n ** 78n;

/** The same table without its row type, for code that works on any table. */
export function anyTable<Row>(table: Table<Row>): AnyTable {
  return table as unknown as AnyTable;
}

export function columnOf(table: AnyTable, name: string): Column<Value> {
  const column = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
  assert(column !== undefined, `table ${table.name} has no column ${name}`);
  return column;
}

/** A frozen row with every column of the table and no other. */
export function checkRow(table: AnyTable, row: object): AnyRow {
  const names = Object.keys(table.columns);
  if (Object.keys(row).length !== names.length) {
    assert(false, `a row of ${table.name} needs exactly its columns: ${names.join()}`);
  }
  return checkPart(table, row);
}

/** A frozen patch: at least one column, none of the key. */
export function checkPatch(table: AnyTable, patch: object): AnyRow {
  const names = Object.keys(patch);
  assert(names.length > 0, `an update of ${table.name} needs at least one column`);
  for (const name of names) assert(!table.key.includes(name), `the key of ${table.name} cannot be updated: ${name}`);
  return checkPart(table, patch);
}

/** The key's values in the key's order. */
export function checkKey(table: AnyTable, key: object): Scalar[] {
  const given: Readonly<Record<string, unknown>> = { ...key };
  assert(Object.keys(given).length === table.key.length, `the key of ${table.name} is ${table.key.join()}`);
  return table.key.map((name) => checkScalar(table, name, given[name]));
}

/** A value to compare the column with. */
export function checkScalar(table: AnyTable, name: string, value: unknown): Scalar {
  const column = columnOf(table, name);
  assert(column.kind !== "json", `${table.name}.${name} is json, which is not compared`);
  assert(value !== null && value !== undefined, `${table.name}.${name} is compared with ${String(value)}`);
  return checkValue(column, value, `${table.name}.${name}`) as Scalar;
}

/** Negative, zero or positive; both values of the same column. */
export function compareScalars(a: Scalar, b: Scalar): number {
  if (a === b) return 0;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  return a < b ? -1 : 1;
}

function checkPart(table: AnyTable, part: object): AnyRow {
  const checked: Record<string, Value> = {};
  for (const [name, value] of Object.entries(part)) {
    const column = columnOf(table, name);
    const where = `${table.name}.${name}`;
    checked[name] = checkNullable(column, value, where);
    if (typeof value === "string" && isIndexed(table, name)) checkText(value, where, INDEXED_TEXT_LENGTH_MAX);
  }
  return Object.freeze(checked);
}

function checkNullable(column: Column<Value>, value: unknown, where: string): Value {
  // A json column that may not be null keeps JSON's own null; one that may keeps SQL's.
  if (value === null && column.kind !== "json") assert(column.nullable, `${where} may not be null`);
  return value === null ? null : checkValue(column, value, where);
}

function checkValue(column: Column<Value>, value: unknown, where: string): Value {
  switch (column.kind) {
    case "text":
      assert(typeof value === "string", `${where} is text, not ${typeof value}`);
      return checkText(value, where);
    case "int":
    case "time":
      assert(typeof value === "number" && Number.isSafeInteger(value), `${where} is a whole number, not ${value}`);
      return value === 0 ? 0 : value;
    case "amount":
      assert(typeof value === "bigint", `${where} is an amount in base units (bigint), not ${typeof value}`);
      return checkAmount(value, where);
    case "bool":
      assert(typeof value === "boolean", `${where} is true or false, not ${typeof value}`);
      return value;
    case "json":
      assert(value !== undefined, `${where} is undefined`);
      return copyJson(value, where);
  }
}

function checkAmount(value: bigint, where: string): bigint {
  if (value < AMOUNT_LIMIT && value > -AMOUNT_LIMIT) return value;
  throw new StoreError("store_invalid_value", `The amount of ${where} has more than 78 digits.`, { where });
}

const indexed_columns = new WeakMap<AnyTable, ReadonlySet<string>>();

function isIndexed(table: AnyTable, name: string): boolean {
  let names = indexed_columns.get(table);
  if (names === undefined) {
    names = new Set([table.key, ...table.unique, ...table.indexes].flat());
    indexed_columns.set(table, names);
  }
  return names.has(name);
}
