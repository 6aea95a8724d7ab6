/**
 * The reads of a group: what several transactions ask for at the same time travels to the database in one message. Look-ups by
 * one unique column become one statement for all who ask, and the same question is asked once.
 */
import { setImmediate } from "node:timers";
import { compareRows, passesAll, type Query } from "../conditions.ts";
import type { AnyRow, AnyTable } from "../rows.ts";
import * as sql from "./sql.ts";
import type { BatchSession, SqlResult } from "./sql_connection.ts";
import { readRow } from "./sql_rows.ts";

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

interface Question {
  readonly statement: sql.Statement;
  readonly asked: Asked<SqlResult>[];
}

/** Most values of one look-up; more go as a statement of their own. */
const VALUES_MAX = 5_000;

export class GroupReads {
  readonly #session: BatchSession;
  #look_ups = new Map<string, LookUp>();
  #questions = new Map<string, Question>();
  #scheduled = false;
  /** The first message that failed; the group can only be given up then. */
  failure: unknown = null;

  constructor(session: BatchSession) {
    this.#session = session;
  }

  find(table: AnyTable, query: Query): Promise<AnyRow[]> {
    const column = uniqueColumn(table, query);
    if (column === null) {
      return this.ask(sql.selectRows(table, query)).then(({ rows }) => rows.map((row) => readRow<AnyRow>(table, row)));
    }
    const name = `${table.name}.${column}`;
    const known = this.#look_ups.get(name);
    const look_up = known ?? { table, column, values: new Set<string>(), asked: [] };
    if (known === undefined) this.#look_ups.set(name, look_up);
    for (const value of valuesOf(query)) look_up.values.add(String(value));
    return new Promise((resolve, reject) => {
      look_up.asked.push({ query, resolve, reject });
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
    const questions = [...this.#questions.values()];
    this.#look_ups = new Map();
    this.#questions = new Map();
    try {
      if (this.failure !== null) throw this.failure;
      const statements = [...look_ups.map(statementOf), ...questions.map(({ statement }) => statement)];
      const answers = await this.#session.ask(statements);
      for (const [at, look_up] of look_ups.entries()) answer(look_up, answers[at]);
      for (const [at, { asked }] of questions.entries()) {
        const result = answers[look_ups.length + at] ?? { rows: [], affected: 0 };
        for (const { resolve } of asked) resolve(result);
      }
    } catch (error) {
      this.failure ??= error;
      for (const { asked } of [...look_ups, ...questions]) for (const { reject } of asked) reject(error);
    }
  }
}

/** The one unique column of text that the query names its rows by; null for every other query. */
function uniqueColumn(table: AnyTable, { tests }: Query): string | null {
  const [test] = tests;
  if (tests.length !== 1 || test?.op !== "in" || test.or_null || test.values.length === 0) return null;
  if (test.values.length > VALUES_MAX || table.columns[test.column]?.kind !== "text") return null;
  const unique = [table.key, ...table.unique].some((names) => names.length === 1 && names[0] === test.column);
  return unique ? test.column : null;
}

function valuesOf({ tests: [test] }: Query): readonly unknown[] {
  return test?.op === "in" ? test.values : [];
}

function statementOf({ table, column, values }: LookUp): sql.Statement {
  return sql.selectByValues(table, column, [...values]);
}

function answer({ table, asked }: LookUp, result: SqlResult | undefined): void {
  const rows = (result?.rows ?? []).map((row) => readRow<AnyRow>(table, row));
  for (const { query, resolve } of asked) resolve(pick(rows, query));
}

/** What the query alone would have answered. */
export function pick(rows: readonly AnyRow[], { tests, order, limit }: Query): AnyRow[] {
  const mine = rows.filter((row) => passesAll(row, tests));
  return mine.sort((a, b) => compareRows(a, b, order)).slice(0, limit);
}
