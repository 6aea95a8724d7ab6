/**
 * The store port. A table is declared once as data (`schema.ts`); the SQL adapters and the memory adapter give the same
 * typed operations over it, and one contract suite proves that they behave the same. Every transaction is serialisable
 * and may be run again after a conflict, so its function must have no effect but through `tx`, and no I/O inside.
 */
import type { Instant } from "../ports/index.ts";

/** text, int (safe integer), amount (bigint, numeric(78,0)), time (Instant in ms), json, bool. */
export type ColumnKind = "text" | "int" | "amount" | "time" | "json" | "bool";

/** JSON values; amounts inside are decimal strings of base units. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Column<T> {
  readonly kind: ColumnKind;
  readonly nullable: boolean;
  /** Type carrier only; never set. */
  readonly _type?: T;
}

export interface Table<Row = Record<string, unknown>> {
  readonly name: string;
  readonly columns: { readonly [K in keyof Row]-?: Column<Row[K]> };
  readonly key: readonly (keyof Row & string)[];
  /** Each inner list is a unique constraint; null never equals null. */
  readonly unique: readonly (readonly (keyof Row & string)[])[];
  /** Columns looked up by equality; makes both adapters fast. */
  readonly indexes: readonly (readonly (keyof Row & string)[])[];
}

/** The row type of a table. */
export type RowOf<T> = T extends Table<infer Row> ? Row : never;
export type KeyOf<Row> = Partial<Row>;

/** A condition on one column. A bare value means equality; null means IS NULL. */
export type Condition<V> =
  | V
  | { readonly in: readonly V[] }
  | { readonly lt: V }
  | { readonly lte: V }
  | { readonly gt: V }
  | { readonly gte: V }
  | { readonly not: V };
export type Where<Row> = { readonly [K in keyof Row]?: Condition<Row[K]> };

export interface Find<Row> {
  readonly where?: Where<Row>;
  /** Total order is the caller's duty: end with a unique column. Nulls last. */
  readonly order_by?: readonly (readonly [keyof Row & string, "asc" | "desc"])[];
  /** Required: no unbounded read exists. At most 10,000. */
  readonly limit: number;
}

/**
 * Many rows of one table, as one step of `writeMany`; made by `insertRows` and `updateRows`. The rows of an update all change
 * the same columns and are guarded by the same ones: every guarded column must still have the value given.
 */
export type Write =
  | { readonly kind: "insert"; readonly table: Table; readonly rows: readonly object[] }
  | { readonly kind: "update"; readonly table: Table; readonly rows: readonly RowUpdate[] };

export interface RowUpdate<Row = object> {
  readonly key: KeyOf<Row>;
  readonly patch: Partial<Row>;
  readonly guard: Partial<Row>;
}

export interface ReadTx {
  /** True: what is asked for at the same time travels together, and what was read is not read again; so asking early is worth it. */
  readonly gathers?: boolean;
  get<Row>(table: Table<Row>, key: KeyOf<Row>): Promise<Row | undefined>;
  find<Row>(table: Table<Row>, query: Find<Row>): Promise<Row[]>;
  count<Row>(table: Table<Row>, where?: Where<Row>): Promise<number>;
  /** The database's own time at the start of the transaction; leases use nothing else. */
  now(): Promise<Instant>;
}

export interface Tx extends ReadTx {
  /** @throws StoreError store_duplicate when the key or a unique constraint is taken. */
  insert<Row>(table: Table<Row>, row: Row): Promise<void>;
  /** Inserts unless the key or a unique constraint is taken; says whether it did. */
  insertIfAbsent<Row>(table: Table<Row>, row: Row): Promise<boolean>;
  /**
   * Changes the row at `key` when all of `guard` holds (fence, version, state); false when no such row was changed.
   * The guard is part of the same statement: this is where leases and fences are checked.
   */
  update<Row>(table: Table<Row>, key: KeyOf<Row>, patch: Partial<Row>, guard?: Where<Row>): Promise<boolean>;
  /** Inserts, or replaces every non-key column. */
  upsert<Row>(table: Table<Row>, row: Row): Promise<void>;
  delete<Row>(table: Table<Row>, key: KeyOf<Row>): Promise<boolean>;
  /**
   * Writes many rows of several tables, each table once, as one statement; rows to be changed are locked in key order first.
   * All of it or nothing: false when a row to be changed is not there or its guard does not hold.
   * @throws StoreError store_duplicate
   */
  writeMany(writes: readonly Write[]): Promise<boolean>;
}

export interface Store {
  /**
   * Runs `work` in one serialisable transaction, durable when this resolves. Conflicts (40001, 40P01) are retried up to
   * a limit with jitter. A connection lost at commit throws StoreError `store_commit_unknown`: re-read by key.
   * Never inside another transaction: an engine with one session would wait for itself.
   * @throws StoreError
   */
  tx<T>(label: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * A transaction that is one `writeMany` and nothing else, in one message to the database: for those who know beforehand what
   * to write and under which guards.
   * @throws StoreError as `tx`
   */
  write(label: string, writes: readonly Write[]): Promise<boolean>;
  /** A consistent read-only view. */
  read<T>(label: string, work: (tx: ReadTx) => Promise<T>): Promise<T>;
  /** What this store is, for `doctor` and `/readyz`; rejects when it cannot be reached. */
  check(): Promise<StoreCheck>;
  close(): Promise<void>;
}

export interface StoreCheck {
  readonly engine: "memory" | "pglite" | "postgres";
  readonly durable: boolean;
  readonly detail: string;
}
