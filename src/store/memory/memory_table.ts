/**
 * One table in memory: rows by key, and hash indexes over the declared keys, unique constraints and indexes and over every
 * prefix of them, as a B-tree would serve them. Rows are replaced, never changed, and leave the store as copies.
 */
import { compareRows, type Order, passesAll, type Query, type Test } from "../conditions.ts";
import type { AnyRow, AnyTable, Scalar, Value } from "../rows.ts";

/** A row's place; indexes hold slots, so that a change to other columns leaves them alone. */
interface Slot {
  row: AnyRow;
}

interface Index {
  readonly columns: readonly string[];
  readonly unique: boolean;
  readonly slots: Map<Key, Set<Slot>>;
}

/** A row's key, or its place in an index: the value of one column as it is, one text for several. */
export type Key = Value;

type InTest = Extract<Test, { op: "in" }>;

export class MemoryTable {
  /** Rows put and taken away so far. */
  changes = 0;
  readonly #rows = new Map<Key, Slot>();
  readonly #indexes: readonly Index[];
  /** Of one column, by its name, and of several, the longest first. */
  readonly #narrow = new Map<string, Index>();
  readonly #wide: readonly Index[];

  constructor(table: AnyTable) {
    this.#indexes = declareIndexes(table);
    for (const index of this.#indexes) if (index.columns.length === 1) this.#narrow.set(index.columns[0] ?? "", index);
    this.#wide = this.#indexes
      .filter(({ columns }) => columns.length > 1)
      .sort((a, b) => b.columns.length - a.columns.length);
  }

  get(key: Key): AnyRow | undefined {
    return this.#rows.get(key)?.row;
  }

  /** Puts `row` at `key`, or removes what is there; returns what was there before. */
  put(key: Key, row: AnyRow | undefined): AnyRow | undefined {
    const slot = this.#rows.get(key);
    const before = slot?.row;
    this.changes += 1;
    if (row === undefined) {
      if (slot !== undefined) this.#remove(key, slot);
    } else if (slot === undefined) {
      this.#add(key, { row });
    } else {
      this.#replace(slot, row);
    }
    return before;
  }

  /** Whether another row than the one at `key` has the same values in a unique constraint. */
  breaksUnique(key: Key, row: AnyRow): boolean {
    const own = this.#rows.get(key);
    return this.#indexes.some((index) => {
      if (!index.unique || index.columns.some((column) => row[column] === null)) return false;
      const taken = index.slots.get(keyOf(row, index.columns));
      if (taken === undefined) return false;
      return own === undefined || taken.size > 1 || !taken.has(own);
    });
  }

  find(query: Query): AnyRow[] {
    const { tests, order, limit } = query;
    if (order.length > 0 && limit === 1) return this.#first(tests, order);
    const found: AnyRow[] = [];
    const stop_early = order.length === 0;
    for (const { row } of this.#candidates(tests)) {
      if (passesAll(row, tests)) found.push(row);
      if (stop_early && found.length === limit) break;
    }
    if (!stop_early && found.length > 1) found.sort((a, b) => compareRows(a, b, order));
    return found.length > limit ? found.slice(0, limit) : found;
  }

  /** The first in the order, without sorting the others. */
  #first(tests: readonly Test[], order: Order): AnyRow[] {
    let first: AnyRow | undefined;
    for (const { row } of this.#candidates(tests)) {
      if (passesAll(row, tests) && (first === undefined || compareRows(row, first, order) < 0)) first = row;
    }
    return first === undefined ? [] : [first];
  }

  count(tests: readonly Test[]): number {
    if (tests.length === 0) return this.#rows.size;
    let count = 0;
    for (const { row } of this.#candidates(tests)) if (passesAll(row, tests)) count += 1;
    return count;
  }

  /** Slots that may pass: those of the longest index all of whose columns are tested for equality, else all. */
  #candidates(tests: readonly Test[]): Iterable<Slot> {
    for (const index of tests.length > 1 ? this.#wide : []) {
      if (index.columns.every((column) => equality(tests, column) !== undefined)) return lookUp(index, tests);
    }
    for (const test of tests) {
      const index = test.op === "in" ? this.#narrow.get(test.column) : undefined;
      if (index !== undefined) return lookUp(index, tests);
    }
    return this.#rows.values();
  }

  #add(key: Key, slot: Slot): void {
    this.#rows.set(key, slot);
    for (const index of this.#indexes) addTo(index, keyOf(slot.row, index.columns), slot);
  }

  #remove(key: Key, slot: Slot): void {
    this.#rows.delete(key);
    for (const index of this.#indexes) removeFrom(index, keyOf(slot.row, index.columns), slot);
  }

  #replace(slot: Slot, row: AnyRow): void {
    for (const index of this.#indexes) {
      if (index.columns.every((column) => slot.row[column] === row[column])) continue;
      removeFrom(index, keyOf(slot.row, index.columns), slot);
      addTo(index, keyOf(row, index.columns), slot);
    }
    slot.row = row;
  }
}

/** One text for several values; text cannot hold NUL, so no two lists share one. A single value stands for itself. */
export function joinKey(values: readonly Value[]): Key {
  return values.length === 1 ? (values[0] ?? null) : values.map(textOf).join("\u0000");
}

function textOf(value: Value): string {
  return value === null ? "" : `=${String(value)}`;
}

function keyOf(row: AnyRow, columns: readonly string[]): Key {
  const [first = ""] = columns;
  return columns.length === 1 ? (row[first] ?? null) : joinKey(columns.map((column) => row[column] ?? null));
}

function declareIndexes(table: AnyTable): Index[] {
  const indexes = new Map<string, Index>();
  const declare = (columns: readonly string[], unique: boolean): void => {
    const name = columns.join();
    const known = indexes.get(name);
    indexes.set(name, { columns, unique: unique || known?.unique === true, slots: new Map() });
  };
  const prefixes = (columns: readonly string[]): void => {
    for (let length = 1; length < columns.length; length++) declare(columns.slice(0, length), false);
  };
  for (const columns of [table.key, ...table.unique, ...table.indexes]) prefixes(columns);
  for (const columns of [table.key, ...table.indexes]) declare(columns, false);
  for (const columns of table.unique) declare(columns, true);
  return [...indexes.values()];
}

/** The last test of a column for equality with one of some values. */
function equality(tests: readonly Test[], column: string): InTest | undefined {
  let found: InTest | undefined;
  for (const test of tests) if (test.op === "in" && test.column === column) found = test;
  return found;
}

function lookUp(index: Index, tests: readonly Test[]): Iterable<Slot> {
  const lists = index.columns.map((column) => valuesOf(equality(tests, column)));
  if (lists.every((list) => list.length === 1)) {
    return index.slots.get(joinKey(lists.map(([value]) => value ?? null))) ?? [];
  }
  const found: Slot[] = [];
  for (const values of combine(lists)) for (const slot of index.slots.get(joinKey(values)) ?? []) found.push(slot);
  return found;
}

function valuesOf(test: InTest | undefined): readonly (Scalar | null)[] {
  if (test === undefined) return [];
  if (test.values.length === 1 && !test.or_null) return test.values;
  const values: (Scalar | null)[] = [...new Set(test.values)];
  return test.or_null ? [...values, null] : values;
}

/** Every way to pick one value of each list. */
function combine(lists: readonly (readonly (Scalar | null)[])[]): (Scalar | null)[][] {
  return lists.reduce<(Scalar | null)[][]>(
    (heads, list) => heads.flatMap((head) => list.map((value) => [...head, value])),
    [[]],
  );
}

function addTo(index: Index, key: Key, slot: Slot): void {
  const slots = index.slots.get(key);
  if (slots === undefined) index.slots.set(key, new Set([slot]));
  else slots.add(slot);
}

function removeFrom(index: Index, key: Key, slot: Slot): void {
  const slots = index.slots.get(key);
  slots?.delete(slot);
  if (slots?.size === 0) index.slots.delete(key);
}
