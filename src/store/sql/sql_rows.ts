/** Rows as SQL hands them over, every value as text, made into rows of a declared table. */
import { assert } from "../../errors/index.ts";
import type { Column, Json } from "../port.ts";
import type { AnyTable, Value } from "../rows.ts";

export type SqlRow = Readonly<Record<string, string | null>>;

export function readRow<Row>(table: AnyTable, row: SqlRow): Row {
  const values: Record<string, Value> = {};
  for (const [name, column] of Object.entries(table.columns)) {
    values[name] = decode(column, row[name], `${table.name}.${name}`);
  }
  return values as Row;
}

/** A whole number that JavaScript holds exactly. */
export function readInt(text: string | null | undefined, where: string): number {
  const value = Number(text);
  assert(typeof text === "string" && Number.isSafeInteger(value), `${where} is not a safe whole number: ${text}`);
  return value;
}

function decode(column: Column<Value>, text: string | null | undefined, where: string): Value {
  assert(text !== undefined, `${where} was not selected`);
  if (text === null) {
    assert(column.nullable, `${where} is null in the database`);
    return null;
  }
  switch (column.kind) {
    case "text":
      return text;
    case "int":
    case "time":
      return readInt(text, where);
    case "amount":
      return BigInt(text);
    case "bool":
      return text === "true";
    case "json":
      return JSON.parse(text) as Json;
  }
}
