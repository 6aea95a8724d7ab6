/** The steps of `writeMany`: typed where they are made, checked once for every store. */
import { assert } from "../errors/index.ts";
import type { RowUpdate, Table, Write } from "./port.ts";
import { type AnyRow, type AnyTable, anyTable, checkKey, checkPatch, checkRow, type Scalar } from "./rows.ts";

/** Most rows of one step. */
export const WRITE_ROWS_MAX = 20_000;

/** @example await tx.writeMany([insertRows(tables.posting, postings), insertRows(tables.entry, entries)]) */
export function insertRows<Row extends object>(table: Table<Row>, rows: readonly Row[]): Write {
  return { kind: "insert", table: table as unknown as Table, rows };
}

/** @example updateRows(tables.hold, [{ key: { id }, patch: { state: "posted" }, guard: { state: "pending" } }]) */
export function updateRows<Row extends object>(table: Table<Row>, rows: readonly RowUpdate<Row>[]): Write {
  return { kind: "update", table: table as unknown as Table, rows };
}

/** A step, checked: every row complete, no key twice, the same columns in every row of an update. */
export type CheckedWrite =
  | { readonly kind: "insert"; readonly table: AnyTable; readonly rows: readonly AnyRow[] }
  | { readonly kind: "update"; readonly table: AnyTable; readonly rows: readonly CheckedUpdate[] };

export interface CheckedUpdate {
  readonly key: readonly Scalar[];
  readonly patch: AnyRow;
  readonly guard: AnyRow;
}

export function checkWrites(writes: readonly Write[]): CheckedWrite[] {
  const names = new Set(writes.map(({ table }) => table.name));
  assert(names.size === writes.length, "writeMany writes each table once");
  return writes.map(checkWrite);
}

function checkWrite(write: Write): CheckedWrite {
  const table = anyTable(write.table);
  assert(write.rows.length <= WRITE_ROWS_MAX, `writeMany takes at most ${WRITE_ROWS_MAX} rows of ${table.name}`);
  if (write.kind === "insert") {
    return { kind: "insert", table, rows: write.rows.map((row) => checkRow(table, row)) };
  }
  const rows = write.rows.map((row) => checkUpdate(table, row));
  const [first] = rows;
  const same = rows.every(
    ({ patch, guard }) => first !== undefined && sameColumns(patch, first.patch) && sameColumns(guard, first.guard),
  );
  assert(same, `the updates of ${table.name} change and guard the same columns`);
  const keys = new Set(rows.map(({ key }) => (key.length === 1 ? key[0] : JSON.stringify(key.map(String)))));
  assert(keys.size === rows.length, `writeMany changes a row of ${table.name} once`);
  return { kind: "update", table, rows };
}

/** The same names in the same order. */
function sameColumns(a: AnyRow, b: AnyRow): boolean {
  const names = Object.keys(a);
  const others = Object.keys(b);
  return names.length === others.length && names.every((name, at) => name === others[at]);
}

function checkUpdate(table: AnyTable, { key, patch, guard }: RowUpdate): CheckedUpdate {
  const checked = checkPatch(table, guard);
  for (const name of Object.keys(checked)) {
    const plain = checked[name] !== null && table.columns[name]?.kind !== "json";
    if (!plain) assert(false, `a guard on ${table.name}.${name} is a plain value`);
  }
  return { key: checkKey(table, key), patch: checkPatch(table, patch), guard: checked };
}
