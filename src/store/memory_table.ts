/**
 * One table in memory: rows by key, and hash indexes over the declared keys, unique constraints and indexes and over every
 * prefix of them, as a B-tree would serve them. Rows are frozen and replaced, never changed.
 */
import { compareRows, passes, type Query, type Test } from "./conditions.ts";
import type { AnyRow, AnyTable, Scalar, Value } from "./rows.ts";

/** A row's place; indexes hold slots, so that a change to other columns leaves them alone. */
interface Slot {
  row: AnyRow;
}

interface Index {
  readonly columns: readonly string[];
  readonly unique: boolean;
  readonly slots: Map<string, Set<Slot>>;
}

type InTest = Extract<Test, { op: "in" }>;

export class MemoryTable {
  readonly #rows = new Map<string, Slot>();
  readonly #indexes: Index[];

  constructor(table: AnyTable) {
    this.#indexes = declareIndexes(table);
  }

  get(key: string): AnyRow | undefined {
    return this.#rows.get(key)?.row;
  }

  /** Puts `row` at `key`, or removes what is there; returns what was there before. */
  put(key: string, row: AnyRow | undefined): AnyRow | undefined {
    const slot = this.#rows.get(key);
    const before = slot?.row;
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
  breaksUnique(key: string, row: AnyRow): boolean {
    const own = this.#rows.get(key);
    return this.#indexes.some((index) => {
      if (!index.unique || index.columns.some((column) => row[column] === null)) return false;
      const taken = index.slots.get(keyOf(row, index.columns));
      if (taken === undefined) return false;
      return own === undefined || taken.size > 1 || !taken.has(own);
    });
  }

  find(query: Query): AnyRow[] {
    const found: AnyRow[] = [];
    const stop_early = query.order.length === 0;
    for (const slot of this.#candidates(query.tests)) {
      if (query.tests.every((test) => passes(slot.row, test))) found.push(slot.row);
      if (stop_early && found.length === query.limit) break;
    }
    if (!stop_early) found.sort((a, b) => compareRows(a, b, query.order));
    return found.length > query.limit ? found.slice(0, query.limit) : found;
  }

  count(tests: readonly Test[]): number {
    if (tests.length === 0) return this.#rows.size;
    let count = 0;
    for (const slot of this.#candidates(tests)) if (tests.every((test) => passes(slot.row, test))) count += 1;
    return count;
  }

  /** Slots that may pass: those of the longest index all of whose columns are tested for equality, else all. */
  #candidates(tests: readonly Test[]): Iterable<Slot> {
    const by_column = new Map<string, InTest>();
    for (const test of tests) if (test.op === "in") by_column.set(test.column, test);
    if (by_column.size === 0) return this.#rows.values();
    let best: Index | undefined;
    for (const index of this.#indexes) {
      const longer = best === undefined || index.columns.length > best.columns.length;
      if (longer && index.columns.every((column) => by_column.has(column))) best = index;
    }
    return best === undefined ? this.#rows.values() : lookUp(best, by_column);
  }

  #add(key: string, slot: Slot): void {
    this.#rows.set(key, slot);
    for (const index of this.#indexes) addTo(index, keyOf(slot.row, index.columns), slot);
  }

  #remove(key: string, slot: Slot): void {
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

/** One string for several values; text cannot hold NUL, so no two lists share a string. */
export function joinKey(values: readonly Value[]): string {
  return values.map((value) => (value === null ? "" : `=${String(value)}`)).join("\u0000");
}

function keyOf(row: AnyRow, columns: readonly string[]): string {
  return joinKey(columns.map((column) => row[column] ?? null));
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

function* lookUp(index: Index, by_column: ReadonlyMap<string, InTest>): Iterable<Slot> {
  for (const values of combine(index.columns.map((column) => valuesOf(by_column.get(column))))) {
    yield* index.slots.get(joinKey(values)) ?? [];
  }
}

function valuesOf(test: InTest | undefined): (Scalar | null)[] {
  const values: (Scalar | null)[] = [...new Set(test?.values)];
  return test?.or_null === true ? [...values, null] : values;
}

/** Every way to pick one value of each list. */
function combine(lists: readonly (readonly (Scalar | null)[])[]): (Scalar | null)[][] {
  return lists.reduce<(Scalar | null)[][]>(
    (heads, list) => heads.flatMap((head) => list.map((value) => [...head, value])),
    [[]],
  );
}

function addTo(index: Index, key: string, slot: Slot): void {
  const slots = index.slots.get(key);
  if (slots === undefined) index.slots.set(key, new Set([slot]));
  else slots.add(slot);
}

function removeFrom(index: Index, key: string, slot: Slot): void {
  const slots = index.slots.get(key);
  slots?.delete(slot);
  if (slots?.size === 0) index.slots.delete(key);
}
