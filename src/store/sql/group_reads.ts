/**
 * The reads of a group: what several transactions ask for at the same time travels to the database in one message. Look-ups by
 * one unique column become one statement for all who ask, queries that differ in their values alone become one, and the same
 * question is asked once.
 */
import { setImmediate } from "node:timers";
import { compareRows, passesAll, type Query } from "../conditions.ts";
import type { AnyRow, AnyTable } from "../rows.ts";
import * as sql from "./sql.ts";
import type { BatchSession, SqlResult } from "./sql_connection.ts";
import { ASKER, type questionOf, selectEach, valuesOf } from "./sql_each.ts";
import { readInt, readRow } from "./sql_rows.ts";

interface Asked<T> {
  readonly resolve: (answer: T) => void;
  readonly reject: (error: unknown) => void;
}

interface LookUp {
  readonly table: AnyTable;
  readonly column: string;
  readonly values: Set<string>;
  readonly asked: (Asked<AnyRow[]> & { readonly query: Query })[];
}

/** Queries of one shape, each with all who ask it. */
interface Alike {
  readonly table: AnyTable;
  readonly queries: Map<string, { readonly query: Query; readonly asked: Asked<AnyRow[]>[] }>;
}

interface Question {
  readonly statement: sql.Statement;
  readonly asked: Asked<SqlResult>[];
}

/** Most values of one look-up; more go as a statement of their own. */
const VALUES_MAX = 5_000;

export class GroupReads {
  readonly #session: BatchSession;
  #look_ups = new Map<string, LookUp>();
  #alike = new Map<string, Alike>();
  #questions = new Map<string, Question>();
  #scheduled = false;
  /** The first message that failed; the group can only be given up then. */
  failure: unknown = null;

  constructor(session: BatchSession) {
    this.#session = session;
  }

  /** Rows by the values of one unique column, which `query` names and nothing else. */
  lookUp(table: AnyTable, column: string, query: Query): Promise<AnyRow[]> {
    const name = `${table.name}.${column}`;
    const known = this.#look_ups.get(name);
    const look_up = known ?? { table, column, values: new Set<string>(), asked: [] };
    if (known === undefined) this.#look_ups.set(name, look_up);
    for (const value of valuesOf(query.tests)) look_up.values.add(String(value));
    return new Promise((resolve, reject) => {
      look_up.asked.push({ query, resolve, reject });
      this.#schedule();
    });
  }

  askRows(table: AnyTable, query: Query, { shape, values }: ReturnType<typeof questionOf>): Promise<AnyRow[]> {
    const known = this.#alike.get(shape);
    const alike = known ?? { table, queries: new Map() };
    if (known === undefined) this.#alike.set(shape, alike);
    const same = alike.queries.get(values);
    const question = same ?? { query, asked: [] };
    if (same === undefined) alike.queries.set(values, question);
    return new Promise((resolve, reject) => {
      question.asked.push({ resolve, reject });
      this.#schedule();
    });
  }

  ask(statement: sql.Statement): Promise<SqlResult> {
    const name = JSON.stringify([statement.text, statement.params]);
    const known = this.#questions.get(name);
    const question = known ?? { statement, asked: [] };
    if (known === undefined) this.#questions.set(name, question);
    return new Promise((resolve, reject) => {
      question.asked.push({ resolve, reject });
      this.#schedule();
    });
  }

  /** At the end of this turn, when everybody who can ask has asked. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => void this.#send());
  }

  async #send(): Promise<void> {
    this.#scheduled = false;
    const look_ups = [...this.#look_ups.values()];
    const alike = [...this.#alike.values()];
    const questions = [...this.#questions.values()];
    this.#look_ups = new Map();
    this.#alike = new Map();
    this.#questions = new Map();
    try {
      if (this.failure !== null) throw this.failure;
      const statements = [
        ...look_ups.map(({ table, column, values }) => sql.selectByValues(table, column, [...values])),
        ...alike.map(alikeStatement),
        ...questions.map(({ statement }) => statement),
      ];
      const answers = (await this.#session.ask(statements)).values();
      const next = (): SqlResult => answers.next().value ?? NOTHING;
      for (const look_up of look_ups) answer(look_up, next());
      for (const one of alike) answerAlike(one, next());
      for (const { asked } of questions) {
        const result = next();
        for (const { resolve } of asked) resolve(result);
      }
    } catch (error) {
      this.failure ??= error;
      const asked = [
        ...look_ups.flatMap((one) => one.asked),
        ...alike.flatMap(({ queries }) => [...queries.values()].flatMap((one) => one.asked)),
        ...questions.flatMap((one) => one.asked),
      ];
      for (const { reject } of asked) reject(error);
    }
  }
}

const NOTHING: SqlResult = { rows: [], affected: 0 };

/** The one unique column of text that the query names its rows by; null for every other query. */
export function uniqueColumn(table: AnyTable, { tests }: Query): string | null {
  const [test] = tests;
  if (tests.length !== 1 || test?.op !== "in" || test.or_null || test.values.length === 0) return null;
  if (test.values.length > VALUES_MAX || table.columns[test.column]?.kind !== "text") return null;
  const unique = [table.key, ...table.unique].some((names) => names.length === 1 && names[0] === test.column);
  return unique ? test.column : null;
}

function answer({ table, asked }: LookUp, result: SqlResult): void {
  const rows = result.rows.map((row) => readRow<AnyRow>(table, row));
  for (const { query, resolve } of asked) resolve(pick(rows, query));
}

function alikeStatement({ table, queries }: Alike): sql.Statement {
  const all = [...queries.values()].map(({ query }) => query);
  const [first] = all;
  return all.length === 1 && first !== undefined ? sql.selectRows(table, first) : selectEach(table, all);
}

/** To each the rows of its own query, in its order. */
function answerAlike({ table, queries }: Alike, result: SqlResult): void {
  const all = [...queries.values()];
  const rows = all.map((): AnyRow[] => []);
  for (const row of result.rows) {
    const place = all.length === 1 ? 1 : readInt(row[ASKER], "the place of a query");
    rows[place - 1]?.push(readRow<AnyRow>(table, row));
  }
  for (const [at, { query, asked }] of all.entries()) {
    const mine = rows[at] ?? [];
    if (all.length > 1) mine.sort((a, b) => compareRows(a, b, query.order));
    for (const { resolve } of asked) resolve([...mine]);
  }
}

/** What the query alone would have answered. */
export function pick(rows: readonly AnyRow[], { tests, order, limit }: Query): AnyRow[] {
  const mine = rows.filter((row) => passesAll(row, tests));
  return mine.sort((a, b) => compareRows(a, b, order)).slice(0, limit);
}
