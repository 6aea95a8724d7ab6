/** Many values of one column as one parameter, and how a statement spreads them into rows again. */
import type { ColumnKind } from "../port.ts";
import { type AnyTable, columnOf, type Value } from "../rows.ts";

const CAST: Record<ColumnKind, string> = {
  text: "text[]",
  int: "bigint[]",
  amount: "numeric[]",
  time: "bigint[]",
  json: "jsonb[]",
  bool: "boolean[]",
};

/** What the column is spread by: JSON that is never null as one JSON array, because nothing in it has to be quoted twice. */
export function spreadSql(table: AnyTable, column: string, number: number): string {
  const { kind, nullable } = columnOf(table, column);
  return kind === "json" && !nullable ? `jsonb_array_elements($${number}::jsonb)` : `unnest($${number}::${CAST[kind]})`;
}

type Rows = readonly Readonly<Record<string, Value>>[];

/** The parameter for `spreadSql`: the column of these rows. */
export function spreadParam(table: AnyTable, column: string, rows: Rows): string {
  const { kind, nullable } = columnOf(table, column);
  if (kind === "json" && !nullable) return jsonArray(rows, column);
  return kind === "text" ? textArray(rows, column) : otherArray(kind, rows, column);
}

/** An array as PostgreSQL reads one, and its type. */
export function arrayParam(table: AnyTable, column: string, values: readonly Value[]): { text: string; cast: string } {
  const { kind, nullable } = columnOf(table, column);
  const rows = values.map((value) => ({ value }));
  const text = kind === "text" ? textArray(rows, "value") : otherArray(kind, rows, "value", nullable);
  return { text, cast: CAST[kind] };
}

// One loop for each kind of column: these run for every value of every row that is written.

function textArray(rows: Rows, column: string): string {
  let text = "{";
  for (const row of rows) {
    const value = row[column] as string | null | undefined;
    if (text.length > 1) text += ",";
    text += value === null || value === undefined ? "NULL" : quoted(value);
  }
  return `${text}}`;
}

function jsonArray(rows: Rows, column: string): string {
  let text = "[";
  for (const row of rows) {
    if (text.length > 1) text += ",";
    text += JSON.stringify(row[column] ?? null);
  }
  return `${text}]`;
}

/** `nullable` is about SQL's null: where it may not stand, null is JSON's own. */
function otherArray(kind: ColumnKind, rows: Rows, column: string, nullable = true): string {
  let text = "{";
  for (const row of rows) {
    const value = row[column] ?? null;
    if (text.length > 1) text += ",";
    if (value === null && (kind !== "json" || nullable)) text += "NULL";
    else text += kind === "json" ? quoted(JSON.stringify(value)) : String(value);
  }
  return `${text}}`;
}

const SPECIAL = /["\\]/;

function quoted(item: string): string {
  return `"${SPECIAL.test(item) ? item.replace(/["\\]/g, "\\$&") : item}"`;
}
