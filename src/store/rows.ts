/**
 * Rows, keys and values checked against a table's declaration, once for every store, so that all of them refuse the same
 * things. A wrong shape is a programmer error (assert); content that came from outside and cannot be kept is a StoreError.
 */
import { assert } from "../errors/index.ts";
import { StoreError } from "./errors.ts";
import { copyJson } from "./json.ts";
import type { Column, Json, Table } from "./port.ts";
import { checkText, compareText, INDEXED_TEXT_LENGTH_MAX, TEXT_LENGTH_MAX } from "./text.ts";

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

/** What every check of a value asks, worked out once for each column. */
interface Known {
  readonly column: Column<Value>;
  /** Names the column in errors: `event.payload`. */
  readonly where: string;
  readonly indexed: boolean;
}

const known_columns = new WeakMap<AnyTable, ReadonlyMap<string, Known>>();
const blank_rows = new WeakMap<AnyTable, AnyRow>();

function knownOf(table: AnyTable): ReadonlyMap<string, Known> {
  const known = known_columns.get(table);
  if (known !== undefined) return known;
  const indexed = new Set([table.key, ...table.unique, ...table.indexes].flat());
  const made = new Map(
    Object.entries(table.columns).map(([name, column]) => [
      name,
      { column, where: `${table.name}.${name}`, indexed: indexed.has(name) },
    ]),
  );
  known_columns.set(table, made);
  return made;
}

/**
 * A row with every column and nothing in it. Parsed from a text on purpose: an engine keeps such an object in its quick form
 * whatever its size, and one that grows name by name only up to some 16 of them.
 */
function blankOf(table: AnyTable): AnyRow {
  const known = blank_rows.get(table);
  if (known !== undefined) return known;
  const names = Object.keys(table.columns).map((name) => `${JSON.stringify(name)}:null`);
  const blank = JSON.parse(`{${names.join()}}`) as AnyRow;
  blank_rows.set(table, blank);
  return blank;
}

function knownColumn(table: AnyTable, name: string): Known {
  const known = knownOf(table).get(name);
  if (known === undefined) assert(false, `table ${table.name} has no column ${name}`);
  return known;
}

// Here and below a sentence is made only when it is needed: these checks run for every value of every row.

export function columnOf(table: AnyTable, name: string): Column<Value> {
  return knownColumn(table, name).column;
}

/** A row of our own, with every column of the table and no other. */
export function checkRow(table: AnyTable, row: object): AnyRow {
  const columns = knownOf(table);
  if (Object.keys(row).length !== columns.size) {
    assert(false, `a row of ${table.name} needs exactly its columns: ${[...columns.keys()].join()}`);
  }
  return checkPart(table, row, { ...blankOf(table) });
}

/** The row with what the patch says: a copy, in the same quick form. */
export function patchRow(row: AnyRow, patch: AnyRow): AnyRow {
  const made: Record<string, Value> = { ...row };
  for (const name of Object.keys(patch)) made[name] = patch[name] ?? null;
  return made;
}

/** A patch of our own: at least one column, none of the key. */
export function checkPatch(table: AnyTable, patch: object): AnyRow {
  const names = Object.keys(patch);
  if (names.length === 0) assert(false, `an update of ${table.name} needs at least one column`);
  for (const name of names) {
    if (table.key.includes(name)) assert(false, `the key of ${table.name} cannot be updated: ${name}`);
  }
  return checkPart(table, patch);
}

/** The key's values in the key's order. */
export function checkKey(table: AnyTable, key: object): Scalar[] {
  const given = key as Readonly<Record<string, unknown>>;
  if (Object.keys(given).length !== table.key.length) {
    assert(false, `the key of ${table.name} is ${table.key.join()}`);
  }
  return table.key.map((name) => checkScalar(table, name, given[name]));
}

/** A value to compare the column with. */
export function checkScalar(table: AnyTable, name: string, value: unknown): Scalar {
  const { column, where } = knownColumn(table, name);
  if (column.kind === "json") assert(false, `${where} is json, which is not compared`);
  if (value === null || value === undefined) assert(false, `${where} is compared with ${String(value)}`);
  return checkValue(column, value, where) as Scalar;
}

/** Negative, zero or positive; both values of the same column. */
export function compareScalars(a: Scalar, b: Scalar): number {
  if (a === b) return 0;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  return a < b ? -1 : 1;
}

/** `checked` is filled and returned. */
function checkPart(table: AnyTable, part: object, checked: Record<string, Value> = {}): AnyRow {
  const columns = knownOf(table);
  const given = part as Readonly<Record<string, unknown>>;
  for (const name of Object.keys(given)) {
    const known = columns.get(name);
    if (known === undefined) assert(false, `table ${table.name} has no column ${name}`);
    checked[name] = checkKnown(known, given[name]);
  }
  return checked;
}

function checkKnown({ column, where, indexed }: Known, value: unknown): Value {
  if (column.kind === "text" && typeof value === "string") {
    return checkText(value, where, indexed ? INDEXED_TEXT_LENGTH_MAX : TEXT_LENGTH_MAX);
  }
  if (value !== null) return checkValue(column, value, where);
  // A json column that may not be null keeps JSON's own null; one that may keeps SQL's.
  if (column.kind !== "json" && !column.nullable) assert(false, `${where} may not be null`);
  return null;
}

function checkValue(column: Column<Value>, value: unknown, where: string): Value {
  switch (column.kind) {
    case "text":
      if (typeof value !== "string") assert(false, `${where} is text, not ${typeof value}`);
      return checkText(value, where);
    case "int":
    case "time":
      if (!Number.isSafeInteger(value)) assert(false, `${where} is a whole number, not ${String(value)}`);
      return value === 0 ? 0 : (value as number);
    case "amount":
      if (typeof value !== "bigint") {
        assert(false, `${where} is an amount in base units (bigint), not ${typeof value}`);
      }
      return checkAmount(value, where);
    case "bool":
      if (typeof value !== "boolean") assert(false, `${where} is true or false, not ${typeof value}`);
      return value;
    case "json":
      if (value === undefined) assert(false, `${where} is undefined`);
      return copyJson(value, where);
  }
}

function checkAmount(value: bigint, where: string): bigint {
  if (value < AMOUNT_LIMIT && value > -AMOUNT_LIMIT) return value;
  throw new StoreError("store_invalid_value", `The amount of ${where} has more than 78 digits.`, { where });
}
