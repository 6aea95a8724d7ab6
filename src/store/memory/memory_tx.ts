/** A transaction over memory tables: changes in place, keeps what was there, and puts it back on abort. */
import type { Instant } from "../../ports/index.ts";
import { passesAll, readFind, readWhere } from "../conditions.ts";
import { StoreError } from "../errors.ts";
import type { Find, KeyOf, ReadTx, Table, Tx, Where, Write } from "../port.ts";
import { type AnyRow, type AnyTable, anyTable, checkKey, checkPatch, checkRow, patchRow } from "../rows.ts";
import { type CheckedUpdate, type CheckedWrite, checkWrites } from "../writes.ts";
import { joinKey, type Key, MemoryTable } from "./memory_table.ts";

export type MemoryTables = Map<string, MemoryTable>;

interface Change {
  readonly rows: MemoryTable;
  readonly key: Key;
  readonly before: AnyRow | undefined;
}

export class MemoryReadTx implements ReadTx {
  readonly #tables: MemoryTables;
  readonly #now: Instant;
  #crashed = false;
  /** Why nothing more may be done: a failed statement, as in SQL, or the end of the transaction. */
  #failure: StoreError | "ended" | null = null;

  constructor(tables: MemoryTables, now: Instant) {
    this.#tables = tables;
    this.#now = now;
  }

  get<Row>(table: Table<Row>, key: KeyOf<Row>): Promise<Row | undefined> {
    return this.step(() => {
      const row = this.rowsOf(anyTable(table)).get(joinKey(checkKey(anyTable(table), key)));
      return row === undefined ? undefined : handOut<Row>(row);
    });
  }

  find<Row>(table: Table<Row>, query: Find<Row>): Promise<Row[]> {
    return this.step(() =>
      this.rowsOf(anyTable(table))
        .find(readFind(anyTable(table), query))
        .map(handOut<Row>),
    );
  }

  count<Row>(table: Table<Row>, where: Where<Row> = {}): Promise<number> {
    return this.step(() => this.rowsOf(anyTable(table)).count(readWhere(anyTable(table), where)));
  }

  now(): Promise<Instant> {
    return this.step(() => this.#now);
  }

  /** Ends it and keeps its changes; whether there are any. @throws StoreError what failed before, when the work went on regardless */
  commit(): boolean {
    this.#check();
    this.#failure = "ended";
    return false;
  }

  /** Ends it with nothing changed. */
  abort(): void {
    this.#failure ??= "ended";
  }

  /** Ends it with nothing changed, and answers nothing any more: its process is dead. */
  crash(): void {
    this.abort();
    this.#crashed = true;
  }

  get crashed(): boolean {
    return this.#crashed;
  }

  /** Not an async function: a statement costs one promise, and there are many. */
  protected step<T>(work: () => T): Promise<T> {
    if (this.#crashed) return new Promise<never>(() => {});
    try {
      this.#check();
      return Promise.resolve(work());
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #check(): void {
    if (this.#failure === null) return;
    if (this.#failure !== "ended") throw this.#failure;
    throw new StoreError("store_closed", "This transaction has ended; start another one.");
  }

  protected rowsOf(table: AnyTable): MemoryTable {
    let rows = this.#tables.get(table.name);
    if (rows === undefined) {
      rows = new MemoryTable(table);
      this.#tables.set(table.name, rows);
    }
    return rows;
  }

  protected fail(failure: StoreError): StoreError {
    this.#failure = failure;
    return failure;
  }
}

export class MemoryTx extends MemoryReadTx implements Tx {
  #changes: Change[] = [];

  insert<Row>(table: Table<Row>, row: Row): Promise<void> {
    return this.step(() => {
      if (!this.#insert(anyTable(table), row as object)) throw this.fail(duplicate(table.name));
    });
  }

  insertIfAbsent<Row>(table: Table<Row>, row: Row): Promise<boolean> {
    return this.step(() => this.#insert(anyTable(table), row as object));
  }

  update<Row>(table: Table<Row>, key: KeyOf<Row>, patch: Partial<Row>, guard: Where<Row> = {}): Promise<boolean> {
    return this.step(() => {
      const at = joinKey(checkKey(anyTable(table), key));
      const change = checkPatch(anyTable(table), patch);
      const tests = readWhere(anyTable(table), guard);
      const before = this.rowsOf(anyTable(table)).get(at);
      if (before === undefined || !passesAll(before, tests)) return false;
      this.#replace(anyTable(table), at, patchRow(before, change));
      return true;
    });
  }

  upsert<Row>(table: Table<Row>, row: Row): Promise<void> {
    return this.step(() => {
      const checked = checkRow(anyTable(table), row as object);
      this.#replace(anyTable(table), keyOfRow(anyTable(table), checked), checked);
    });
  }

  delete<Row>(table: Table<Row>, key: KeyOf<Row>): Promise<boolean> {
    return this.step(() => {
      const rows = this.rowsOf(anyTable(table));
      const at = joinKey(checkKey(anyTable(table), key));
      if (rows.get(at) === undefined) return false;
      this.#put(rows, at, undefined);
      return true;
    });
  }

  writeMany(writes: readonly Write[]): Promise<boolean> {
    return this.step(() => {
      const checked = checkWrites(writes);
      const done = checked.every((write) => this.#passes(write));
      if (done) for (const write of checked) this.#write(write);
      return done;
    });
  }

  override commit(): boolean {
    super.commit();
    return this.#changes.length > 0;
  }

  override abort(): void {
    for (const { rows, key, before } of this.#changes.toReversed()) rows.put(key, before);
    this.#changes = [];
    super.abort();
  }

  #passes({ kind, table, rows }: CheckedWrite): boolean {
    if (kind === "insert") return true;
    return rows.every(({ key, guard }) => {
      const row = this.rowsOf(table).get(joinKey(key));
      return row !== undefined && Object.entries(guard).every(([name, value]) => row[name] === value);
    });
  }

  #write({ kind, table, rows }: CheckedWrite): void {
    if (kind === "update") for (const row of rows) this.#change(table, row);
    else for (const row of rows) if (!this.#insert(table, row)) throw this.fail(duplicate(table.name));
  }

  #change(table: AnyTable, { key, patch }: CheckedUpdate): void {
    const at = joinKey(key);
    this.#replace(table, at, patchRow(this.rowsOf(table).get(at) ?? {}, patch));
  }

  #insert(table: AnyTable, row: object): boolean {
    const rows = this.rowsOf(table);
    const checked = checkRow(table, row);
    const key = keyOfRow(table, checked);
    if (rows.get(key) !== undefined || rows.breaksUnique(key, checked)) return false;
    this.#put(rows, key, checked);
    return true;
  }

  #replace(table: AnyTable, key: Key, row: AnyRow): void {
    const rows = this.rowsOf(table);
    if (rows.breaksUnique(key, row)) throw this.fail(duplicate(table.name));
    this.#put(rows, key, row);
  }

  #put(rows: MemoryTable, key: Key, row: AnyRow | undefined): void {
    this.#changes.push({ rows, key, before: rows.put(key, row) });
  }
}

function keyOfRow(table: AnyTable, row: AnyRow): Key {
  return joinKey(table.key.map((name) => row[name] ?? null));
}

/** Rows that leave the store are the caller's own; json inside stays frozen and shared. A row that is not frozen is copied quickest. */
function handOut<Row>(row: AnyRow): Row {
  return { ...row } as Row;
}

function duplicate(table: string): StoreError {
  return new StoreError("store_duplicate", `A row with the same key exists already in ${table}.`, { table });
}
