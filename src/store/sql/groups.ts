/**
 * Transactions of many callers in one transaction of the database. Those who come while a group is under way go with the next
 * one. Each member runs for itself: it reads through the group, in as few messages as there can be, and its writes wait. Then
 * the members are taken one by one; whoever looked at something that one before it changes goes with the next group, so that
 * all of them together are what they would have been one after another. Everything is written by one statement, which travels
 * with the commit. The database judges the group as one serialisable transaction against all others.
 */
import { setImmediate } from "node:timers";
import { passesAll } from "../conditions.ts";
import { isConflict, StoreError } from "../errors.ts";
import type { ReadTx, Tx } from "../port.ts";
import type { AnyRow, AnyTable, Value } from "../rows.ts";
import { type CheckedWrite, WRITE_ROWS_MAX } from "../writes.ts";
import { GroupReads } from "./group_reads.ts";
import { GroupTx, type Looked, type RowWrite, type TableWrites } from "./group_tx.ts";
import type { BatchSession } from "./sql_connection.ts";
import type { Turns } from "./turns.ts";

/** Members of one group; more gain little, and everybody waits for the last. */
const MEMBERS_MAX = 64;

/** What became of a member. `alone`: it did what no group does; `apart`: this time it has to run by itself. */
export type Outcome<T> = { readonly value: T } | { readonly error: unknown } | "alone" | "apart";

interface Member {
  readonly work: (tx: Tx) => Promise<unknown>;
  readonly resolve: (outcome: Outcome<unknown>) => void;
  readonly reject: (error: unknown) => void;
}

interface Ran {
  readonly member: Member;
  readonly outcome: Outcome<unknown>;
  readonly looked: readonly Looked[];
  /** Of one that ended well; what others wanted to write is dropped. */
  readonly writes: readonly TableWrites[];
}

export interface GroupParts {
  readonly open: (mode: "write" | "read") => BatchSession;
  readonly turns: Turns;
}

export class Groups {
  readonly #parts: GroupParts;
  readonly #waiting: Member[] = [];
  readonly #reading: Member[] = [];
  #working = false;
  #met = false;

  constructor(parts: GroupParts) {
    this.#parts = parts;
  }

  /** @throws StoreError when the whole group met another writer or lost the database */
  run<T>(work: (tx: Tx) => Promise<T>): Promise<Outcome<T>> {
    return new Promise<Outcome<T>>((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as Member["resolve"], reject });
      if (!this.#working) void this.#workOff();
    });
  }

  /** The same for those who only read: all who ask in the same turn share one view, and nobody waits for another. */
  read<T>(work: (tx: ReadTx) => Promise<T>): Promise<Outcome<T>> {
    return new Promise<Outcome<T>>((resolve, reject) => {
      this.#reading.push({ work, resolve: resolve as Member["resolve"], reject });
      if (this.#reading.length === 1) setImmediate(() => void this.#readAll(this.#reading.splice(0)));
    });
  }

  async #workOff(): Promise<void> {
    this.#working = true;
    while (this.#waiting.length > 0) {
      // Those who were answered just now may have more to do.
      await new Promise((resolve) => setImmediate(resolve));
      await this.#parts.turns.take(this.#met, () => this.#writeAll(this.#waiting.splice(0, MEMBERS_MAX)));
    }
    this.#working = false;
  }

  /** Never rejects: every member is answered, or goes with the next group. */
  async #writeAll(members: readonly Member[]): Promise<void> {
    const session = this.#parts.open("write");
    this.#met = false;
    try {
      const reads = new GroupReads(session);
      const ran = await Promise.all(members.map((member) => runMember(member, new GroupTx(reads, true))));
      if (reads.failure !== null) throw reads.failure;
      const { going, again } = takeInTurn(ran);
      const writes = mergeWrites(going.flatMap((one) => one.writes));
      await session.commit(writes);
      for (const { member, outcome } of going) member.resolve(outcome);
      this.#waiting.unshift(...again.map(({ member }) => member));
    } catch (error) {
      await session.abandon();
      this.#met = isConflict(error);
      for (const { resolve, reject } of members) {
        if (isOfAll(error)) reject(error);
        else resolve("apart");
      }
    }
  }

  async #readAll(members: readonly Member[]): Promise<void> {
    const session = this.#parts.open("read");
    const reads = new GroupReads(session);
    const answered = members.map(async (member) => {
      const { outcome } = await runMember(member, new GroupTx(reads, false));
      if (isConflict(reads.failure)) member.reject(reads.failure);
      else member.resolve(outcome);
    });
    await Promise.all(answered);
    try {
      await session.commit([]);
    } catch {
      // Everybody has the answer already, and nothing was written.
      await session.abandon();
    }
  }
}

async function runMember(member: Member, tx: GroupTx): Promise<Ran> {
  let outcome: Outcome<unknown>;
  try {
    outcome = { value: await member.work(tx) };
  } catch (error) {
    outcome = { error };
  }
  tx.end();
  const ended_well = tx.leaves === null && "value" in outcome;
  return { member, outcome: tx.leaves ?? outcome, looked: tx.looked, writes: ended_well ? tx.written : [] };
}

/** Who goes, in this order, and who has to look again. Whoever writes nothing stands before the group. */
function takeInTurn(ran: readonly Ran[]): { going: Ran[]; again: Ran[] } {
  const going: Ran[] = [];
  const again: Ran[] = [];
  const changed: Changes = new Map();
  let rows = 0;
  for (const one of ran) {
    const mine = one.writes.reduce((sum, write) => sum + write.rows.size, 0);
    if (mine > 0 && (sees(one.looked, changed) || (rows > 0 && rows + mine > WRITE_ROWS_MAX))) {
      again.push(one);
      continue;
    }
    rows += mine;
    for (const { table, rows: some } of one.writes) remember(changed, table, some.values());
    going.push(one);
  }
  return { going, again };
}

/** What the members before changed, by table: rows as they were and as they will be, and the keys of tables with one. */
type Changes = Map<string, { readonly rows: AnyRow[]; readonly keys: Set<Value> }>;

/** Whether it looked at something that changed. */
function sees(looked: readonly Looked[], changed: Changes): boolean {
  for (const { table, tests } of looked) {
    const there = changed.get(table.name);
    if (there === undefined) continue;
    const [test] = tests;
    const by_key = tests.length === 1 && test?.op === "in" && table.key.length === 1 && test.column === table.key[0];
    if (by_key && !test.values.some((value) => there.keys.has(value))) continue;
    if (there.rows.some((row) => passesAll(row, tests))) return true;
  }
  return false;
}

function remember(changed: Changes, table: AnyTable, written: Iterable<RowWrite>): void {
  const { rows, keys } = changed.get(table.name) ?? { rows: [], keys: new Set() };
  for (const { key, before, after } of written) {
    if (before !== undefined) rows.push(before);
    rows.push(after);
    if (key.length === 1 && key[0] !== undefined) keys.add(key[0]);
  }
  changed.set(table.name, { rows, keys });
}

/** One step for each table and shape: updates first, in the order of the tables' names, as everybody's are. */
function mergeWrites(writes: readonly TableWrites[]): CheckedWrite[] {
  const steps = new Map<string, CheckedWrite>();
  const stepOf = (name: string, empty: CheckedWrite): unknown[] => {
    const step = steps.get(name) ?? empty;
    steps.set(name, step);
    return step.rows as unknown[];
  };
  for (const { table, rows } of writes) {
    for (const { key, before, after, guard } of rows.values()) {
      if (before === undefined) {
        stepOf(`2 ${table.name}`, { kind: "insert", table, rows: [] }).push(after);
        continue;
      }
      const patch = changesOf(before, after);
      const names = Object.keys(patch);
      if (names.length === 0) continue;
      const shape = `1 ${table.name} ${names.join()} ${Object.keys(guard).join()}`;
      stepOf(shape, { kind: "update", table, rows: [] }).push({ key, patch, guard });
    }
  }
  return [...steps].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, step]) => step);
}

function changesOf(before: AnyRow, after: AnyRow): AnyRow {
  const names = Object.keys(after).filter((name) => after[name] !== before[name]);
  return Object.fromEntries(names.map((name) => [name, after[name] ?? null]));
}

/** Nothing to do with what one member wrote. */
function isOfAll(error: unknown): boolean {
  const codes = ["store_conflict", "store_commit_unknown", "store_unavailable", "store_closed"];
  return error instanceof StoreError && codes.includes(error.code);
}
