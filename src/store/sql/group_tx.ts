/**
 * One transaction of a group. It reads through the group and keeps what it writes to itself until the group commits, with
 * everything it looked at, so that the group can tell whether another member would have changed what it saw.
 */
import type { Instant } from "../../ports/index.ts";
import { passesAll, type Query, readFind, readWhere, type Test } from "../conditions.ts";
import { StoreError } from "../errors.ts";
import { joinKey, type Key } from "../memory/memory_table.ts";
import type { Find, KeyOf, Table, Tx, Where, Write } from "../port.ts";
import { type AnyRow, type AnyTable, anyTable, checkKey, checkPatch, checkRow, type Scalar } from "../rows.ts";
import { checkWrites } from "../writes.ts";
import { type GroupReads, pick, uniqueColumn } from "./group_reads.ts";
import * as sql from "./sql.ts";
import type { SqlResult } from "./sql_connection.ts";
import { questionOf, valuesOf } from "./sql_each.ts";
import { readInt } from "./sql_rows.ts";

/** A row as it will be written. */
export interface RowWrite {
  readonly key: readonly Scalar[];
  /** Undefined: it is inserted. */
  readonly before: AnyRow | undefined;
  readonly after: AnyRow;
  /** Plain values the row must still have, checked once more in the statement that writes. */
  readonly guard: AnyRow;
}

export interface TableWrites {
  readonly table: AnyTable;
  readonly rows: ReadonlyMap<Key, RowWrite>;
}

/** What was looked at: rows that pass all tests, whether there were any or not. */
export interface Looked {
  readonly table: AnyTable;
  readonly tests: readonly Test[];
}

/** Thrown at what a group does not do: the transaction runs by itself then. */
export class RunAlone extends Error {
  constructor() {
    super("This transaction runs by itself.");
  }
}

const NO_GUARD: AnyRow = Object.freeze({});

export class GroupTx implements Tx {
  readonly gathers = true;
  readonly #reads: GroupReads;
  readonly #writable: boolean;
  readonly #seen = new Map<string, Map<Key, AnyRow | undefined>>();
  /** Rows by the values of their other unique columns. */
  readonly #known = new Map<string, Map<Key, AnyRow | undefined>>();
  readonly #asked = new Map<string, Promise<AnyRow[]>>();
  readonly #told = new Map<string, Promise<SqlResult>>();
  readonly #written = new Map<string, { table: AnyTable; rows: Map<Key, RowWrite> }>();
  readonly looked: Looked[] = [];
  /** It asked for something that only a transaction by itself does: always (`alone`), or this time (`apart`). */
  leaves: "alone" | "apart" | null = null;
  #ended = false;

  constructor(reads: GroupReads, writable: boolean) {
    this.#reads = reads;
    this.#writable = writable;
  }

  get written(): readonly TableWrites[] {
    return [...this.#written.values()];
  }

  end(): void {
    this.#ended = true;
  }

  async get<Row>(table: Table<Row>, key: KeyOf<Row>): Promise<Row | undefined> {
    this.#check();
    const any = anyTable(table);
    const row = await this.#row(any, checkKey(any, key));
    return row === undefined ? undefined : ({ ...row } as Row);
  }

  async find<Row>(table: Table<Row>, find: Find<Row>): Promise<Row[]> {
    this.#check();
    const any = anyTable(table);
    const query = readFind(any, find);
    const own = this.#written.get(any.name)?.rows;
    // Rows it changed may leave the answer: so many more are asked for.
    const wider = own === undefined ? query : { ...query, limit: query.limit + own.size };
    const rows = await this.#find(any, wider);
    const merged = own === undefined ? rows : pick(overlaid(any, rows, own), query);
    return merged.map((row) => ({ ...row }) as Row);
  }

  async count<Row>(table: Table<Row>, where: Where<Row> = {}): Promise<number> {
    this.#check();
    const any = anyTable(table);
    const tests = readWhere(any, where);
    if (this.#written.has(any.name)) throw this.#leave();
    this.looked.push({ table: any, tests });
    const { rows } = await this.#tell(sql.countRows(any, tests));
    return readInt(rows[0]?.count, `count of ${any.name}`);
  }

  async now(): Promise<Instant> {
    this.#check();
    const { rows } = await this.#tell(sql.NOW);
    return readInt(rows[0]?.now, "now()");
  }

  async insert<Row>(table: Table<Row>, row: Row): Promise<void> {
    this.#check();
    this.#insert(anyTable(table), checkRow(anyTable(table), row as object));
  }

  async update<Row>(table: Table<Row>, key: KeyOf<Row>, patch: Partial<Row>, guard: Where<Row> = {}): Promise<boolean> {
    this.#check();
    const any = anyTable(table);
    const values = checkKey(any, key);
    const changes = checkPatch(any, patch);
    const tests = readWhere(any, guard);
    const before = await this.#row(any, values);
    if (before === undefined || !passesAll(before, tests)) return false;
    this.#update(any, values, before, changes, plainGuard(any, tests));
    return true;
  }

  async writeMany(writes: readonly Write[]): Promise<boolean> {
    this.#check();
    const checked = checkWrites(writes);
    const updates = checked.flatMap(({ kind, table, rows }) =>
      kind === "update" ? rows.map((row) => ({ table, ...row })) : [],
    );
    const befores = await Promise.all(updates.map(({ table, key }) => this.#row(table, key)));
    for (const [at, { guard }] of updates.entries()) {
      const before = befores[at];
      if (before === undefined || Object.keys(guard).some((name) => guard[name] !== before[name])) return false;
    }
    for (const [at, { table, key, patch, guard }] of updates.entries()) {
      this.#update(table, key, befores[at] as AnyRow, patch, guard);
    }
    for (const write of checked)
      if (write.kind === "insert") for (const row of write.rows) this.#insert(write.table, row);
    return true;
  }

  /** Where the key alone can be taken; what another unique column says only the database knows. */
  async insertIfAbsent<Row>(table: Table<Row>, row: Row): Promise<boolean> {
    this.#check();
    const any = anyTable(table);
    if (any.unique.length > 0) throw this.#leave();
    const checked = checkRow(any, row as object);
    if ((await this.#row(any, keyOf(any, checked))) !== undefined) return false;
    this.#insert(any, checked);
    return true;
  }

  async upsert<Row>(table: Table<Row>, row: Row): Promise<void> {
    this.#check();
    const any = anyTable(table);
    const checked = checkRow(any, row as object);
    const key = keyOf(any, checked);
    const before = await this.#row(any, key);
    if (before === undefined) this.#insert(any, checked);
    else this.#update(any, key, before, checked, NO_GUARD);
  }

  async delete(): Promise<boolean> {
    throw this.#leave();
  }

  #check(): void {
    if (this.#ended) throw new StoreError("store_closed", "This transaction has ended; start another one.");
  }

  #leave(how: "alone" | "apart" = "alone"): RunAlone {
    this.#check();
    this.leaves ??= how;
    return new RunAlone();
  }

  async #row(table: AnyTable, key: readonly Scalar[]): Promise<AnyRow | undefined> {
    const place = joinKey(key);
    const own = this.#written.get(table.name)?.rows.get(place);
    if (own !== undefined) return own.after;
    const seen = this.#seenOf(table);
    if (seen.has(place)) return seen.get(place);
    const tests = table.key.map((column, at) => equals(column, key[at] as Scalar));
    const [row] = await this.#find(table, { tests, order: [], limit: 1 });
    seen.set(place, row);
    return row;
  }

  async #find(table: AnyTable, query: Query): Promise<AnyRow[]> {
    this.looked.push({ table, tests: query.tests });
    const named = namedBy(table, query);
    const known = named === null ? null : this.#knownBy(table, named.column);
    if (named?.values.every((value) => known?.has(value))) {
      const there = named.values.map((value) => known?.get(value)).filter((row) => row !== undefined);
      return pick(there, query);
    }
    const rows = await (named === null ? this.#ask(table, query) : this.#reads.lookUp(table, named.column, query));
    const seen = this.#seenOf(table);
    for (const row of rows) seen.set(placeOf(table, row), row);
    if (named === null || known === null) return rows;
    for (const row of rows) known.set(row[named.column] as string, row);
    for (const value of named.values) if (!known.has(value)) known.set(value, undefined);
    return rows;
  }

  /** The same question once: all of a transaction sees one state of the database, and its own changes are laid over the answer. */
  #ask(table: AnyTable, query: Query): Promise<AnyRow[]> {
    const question = questionOf(table, query);
    const name = `${question.shape} ${question.values}`;
    const known = this.#asked.get(name) ?? this.#reads.askRows(table, query, question);
    this.#asked.set(name, known);
    return known;
  }

  /** As `#ask`, for what is answered with one figure. */
  #tell(statement: sql.Statement): Promise<SqlResult> {
    const name = JSON.stringify([statement.text, statement.params]);
    const known = this.#told.get(name) ?? this.#reads.ask(statement);
    this.#told.set(name, known);
    return known;
  }

  /** What was seen by the values of a unique column, whether there was a row or not. */
  #knownBy(table: AnyTable, column: string): Map<Key, AnyRow | undefined> {
    if (table.key[0] === column) return this.#seenOf(table);
    const name = `${table.name}.${column}`;
    const known = this.#known.get(name) ?? new Map<Key, AnyRow | undefined>();
    this.#known.set(name, known);
    return known;
  }

  #seenOf(table: AnyTable): Map<Key, AnyRow | undefined> {
    const known = this.#seen.get(table.name);
    if (known !== undefined) return known;
    const made = new Map<Key, AnyRow | undefined>();
    this.#seen.set(table.name, made);
    return made;
  }

  #insert(table: AnyTable, row: AnyRow): void {
    const key = keyOf(table, row);
    const place = joinKey(key);
    const taken = this.#written.get(table.name)?.rows.has(place) || this.#seen.get(table.name)?.get(place);
    if (taken) throw this.#leave("apart");
    this.#write(table, place, { key, before: undefined, after: row, guard: NO_GUARD });
  }

  #update(table: AnyTable, key: readonly Scalar[], before: AnyRow, patch: AnyRow, guard: AnyRow): void {
    const place = joinKey(key);
    const own = this.#written.get(table.name)?.rows.get(place);
    const after = Object.freeze({ ...before, ...patch });
    // The row in the database is guarded by what was asked of it first; what came later was asked of our own change.
    this.#write(table, place, own === undefined ? { key, before, after, guard } : { ...own, after });
  }

  #write(table: AnyTable, place: Key, row: RowWrite): void {
    if (!this.#writable) throw this.#leave();
    const known = this.#written.get(table.name);
    if (known === undefined) this.#written.set(table.name, { table, rows: new Map([[place, row]]) });
    else known.rows.set(place, row);
  }
}

export function placeOf(table: AnyTable, row: AnyRow): Key {
  return joinKey(keyOf(table, row));
}

function keyOf(table: AnyTable, row: AnyRow): Scalar[] {
  return table.key.map((name) => row[name] as Scalar);
}

/** The values that name every row the query may answer, where its limit leaves none out; null otherwise. */
function namedBy(
  table: AnyTable,
  query: Query,
): { readonly column: string; readonly values: readonly string[] } | null {
  const column = uniqueColumn(table, query);
  if (column === null || (table.key.length > 1 && table.key[0] === column)) return null;
  const values = [...new Set(valuesOf(query.tests) as string[])];
  return values.length <= query.limit ? { column, values } : null;
}

function equals(column: string, value: Scalar): Test {
  return { column, op: "in", values: [value], or_null: false };
}

/** The rows as this transaction has them so far. */
function overlaid(table: AnyTable, rows: readonly AnyRow[], own: ReadonlyMap<Key, RowWrite>): AnyRow[] {
  const others = rows.filter((row) => !own.has(placeOf(table, row)));
  return [...others, ...[...own.values()].map(({ after }) => after)];
}

/** Equality with one plain value: what the statement itself can check for many rows. */
function plainGuard(table: AnyTable, tests: readonly Test[]): AnyRow {
  const plain = tests.flatMap((test) =>
    test.op === "in" && test.values.length === 1 && !test.or_null && table.columns[test.column]?.kind !== "json"
      ? [[test.column, test.values[0] as Scalar] as const]
      : [],
  );
  return Object.fromEntries(plain);
}
