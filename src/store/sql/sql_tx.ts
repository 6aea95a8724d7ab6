/** One transaction of the SQL store: the port's operations as statements. */
import type { Instant } from "../../ports/index.ts";
import { readFind, readWhere } from "../conditions.ts";
import { StoreError } from "../errors.ts";
import type { Find, KeyOf, ReadTx, Table, Tx, Where, Write } from "../port.ts";
import { anyTable, checkKey, checkPatch, checkRow } from "../rows.ts";
import { checkWrites } from "../writes.ts";
import * as sql from "./sql.ts";
import type { SqlResult, SqlSession } from "./sql_connection.ts";
import { readInt, readRow } from "./sql_rows.ts";
import { isDone, writeMany } from "./sql_write_many.ts";

export class SqlReadTx implements ReadTx {
  readonly #session: SqlSession;
  #ended = false;
  #failure: unknown = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(session: SqlSession) {
    this.#session = session;
  }

  async get<Row>(table: Table<Row>, key: KeyOf<Row>): Promise<Row | undefined> {
    const any = anyTable(table);
    const { rows } = await this.run(sql.selectByKey(any, checkKey(any, key)));
    return rows[0] === undefined ? undefined : readRow<Row>(any, rows[0]);
  }

  async find<Row>(table: Table<Row>, query: Find<Row>): Promise<Row[]> {
    const any = anyTable(table);
    const { rows } = await this.run(sql.selectRows(any, readFind(any, query)));
    return rows.map((row) => readRow<Row>(any, row));
  }

  async count<Row>(table: Table<Row>, where: Where<Row> = {}): Promise<number> {
    const any = anyTable(table);
    const { rows } = await this.run(sql.countRows(any, readWhere(any, where)));
    return readInt(rows[0]?.count, `count of ${table.name}`);
  }

  async now(): Promise<Instant> {
    const { rows } = await this.run(sql.NOW);
    return readInt(rows[0]?.now, "now()");
  }

  /** The first statement that failed; the transaction can only be rolled back then. Null while all is well. */
  get failure(): unknown {
    return this.#failure;
  }

  /** No more statements: the work has returned. */
  end(): void {
    this.#ended = true;
  }

  /** One after another, also when several are asked for at once. */
  protected run(statement: sql.Statement): Promise<SqlResult> {
    const mine = this.#turn.then(() => this.#say(statement));
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #say(statement: sql.Statement): Promise<SqlResult> {
    if (this.#failure !== null) throw this.#failure;
    if (this.#ended) throw new StoreError("store_closed", "This transaction has ended; start another one.");
    try {
      return await this.#session.query(statement.text, statement.params);
    } catch (error) {
      this.#failure ??= error;
      throw error;
    }
  }
}

export class SqlTx extends SqlReadTx implements Tx {
  async insert<Row>(table: Table<Row>, row: Row): Promise<void> {
    await this.run(sql.insertRow(anyTable(table), checkRow(anyTable(table), row as object)));
  }

  async insertIfAbsent<Row>(table: Table<Row>, row: Row): Promise<boolean> {
    const any = anyTable(table);
    return (await this.run(sql.insertRowIfAbsent(any, checkRow(any, row as object)))).affected === 1;
  }

  async update<Row>(table: Table<Row>, key: KeyOf<Row>, patch: Partial<Row>, guard: Where<Row> = {}): Promise<boolean> {
    const any = anyTable(table);
    const statement = sql.updateRow(any, checkKey(any, key), checkPatch(any, patch), readWhere(any, guard));
    return (await this.run(statement)).affected === 1;
  }

  async upsert<Row>(table: Table<Row>, row: Row): Promise<void> {
    await this.run(sql.upsertRow(anyTable(table), checkRow(anyTable(table), row as object)));
  }

  async delete<Row>(table: Table<Row>, key: KeyOf<Row>): Promise<boolean> {
    const any = anyTable(table);
    return (await this.run(sql.deleteRow(any, checkKey(any, key)))).affected === 1;
  }

  async writeMany(writes: readonly Write[]): Promise<boolean> {
    const some = checkWrites(writes).filter(({ rows }) => rows.length > 0);
    return some.length === 0 || isDone(await this.run(writeMany(some)));
  }
}
