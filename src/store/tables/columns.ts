/** Small builders so that a table reads like a table. */

import type { Instant } from "../../ports/index.ts";
import type { Column, Json, Table } from "../port.ts";

export const text = <T extends string = string>(): Column<T> => ({ kind: "text", nullable: false });
export const int = (): Column<number> => ({ kind: "int", nullable: false });
export const amount = (): Column<bigint> => ({ kind: "amount", nullable: false });
export const time = (): Column<Instant> => ({ kind: "time", nullable: false });
export const json = <T = Json>(): Column<T> => ({ kind: "json", nullable: false });
export const bool = (): Column<boolean> => ({ kind: "bool", nullable: false });

/** The same column, allowing null. */
export function nullable<T>(column: Column<T>): Column<T | null> {
  return { kind: column.kind, nullable: true };
}

export function defineTable<Row>(table: {
  name: string;
  columns: { [K in keyof Row]-?: Column<Row[K]> };
  key: (keyof Row & string)[];
  unique?: (keyof Row & string)[][];
  indexes?: (keyof Row & string)[][];
}): Table<Row> {
  return { unique: [], indexes: [], ...table };
}
