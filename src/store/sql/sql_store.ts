/**
 * The store over SQL, whichever engine runs it. Owns what both need: running a transaction again after a conflict, never
 * believing in a commit that followed a failed statement, and closing only when everything asked before has ended.
 */
import { isConflict, StoreError } from "../errors.ts";
import type { ReadTx, Store, StoreCheck, Tx, Write } from "../port.ts";
import { checkWrites } from "../writes.ts";
import { Groups, type Outcome } from "./groups.ts";
import type { SqlConnection } from "./sql_connection.ts";
import { SqlReadTx, SqlTx } from "./sql_tx.ts";
import { Turns } from "./turns.ts";

/** A transaction that met this many conflicts in a row gives up. */
export const TX_ATTEMPTS_MAX = 25;
const LABELS_MAX = 1_000;
const PAUSE_FIRST_MS = 2;
const PAUSE_MAX_MS = 250;

export interface SqlStoreParts {
  readonly connection: SqlConnection;
  /** A float in [0, 1): spreads the attempts of those who met each other. */
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

export class SqlStore implements Store {
  readonly #parts: SqlStoreParts;
  readonly #active = new Set<Promise<unknown>>();
  readonly #turns = new Turns();
  readonly #groups: Groups | null;
  /** Labels of transactions that do what no group does. */
  readonly #alone = new Set<string>();
  #closing: Promise<void> | null = null;

  constructor(parts: SqlStoreParts) {
    this.#parts = parts;
    const { connection } = parts;
    const open = connection.batch?.bind(connection);
    this.#groups = open === undefined ? null : new Groups({ open, turns: this.#turns });
  }

  tx<T>(label: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    const alone = (again: boolean) => this.#turns.take(again, () => this.#once("write", SqlTx, work));
    const attempt = (again: boolean) =>
      this.#inGroup(
        label,
        (groups) => groups.run(work),
        () => alone(again),
      );
    return this.#track(() => this.#untilNoConflict(label, attempt));
  }

  write(label: string, writes: readonly Write[]): Promise<boolean> {
    const some = checkWrites(writes).filter(({ rows }) => rows.length > 0);
    return this.#track(async () => {
      if (some.length === 0) return true;
      const attempt = (again: boolean) => this.#turns.take(again, () => this.#parts.connection.write(some));
      return await this.#untilNoConflict(label, attempt);
    });
  }

  read<T>(label: string, work: (tx: ReadTx) => Promise<T>): Promise<T> {
    const alone = () => this.#once("read", SqlReadTx, work);
    const attempt = () => this.#inGroup(label, (groups) => groups.read(work), alone);
    return this.#track(() => this.#untilNoConflict(label, attempt));
  }

  check(): Promise<StoreCheck> {
    return this.#track(() => this.#parts.connection.check());
  }

  close(): Promise<void> {
    this.#closing ??= Promise.allSettled([...this.#active]).then(() => this.#parts.connection.close());
    return this.#closing;
  }

  /** Remembers what runs, so that `close` can wait for it. */
  async #track<T>(run: () => Promise<T>): Promise<T> {
    if (this.#closing !== null) throw new StoreError("store_closed", "The store is closed.");
    const running = run();
    this.#active.add(running);
    try {
      return await running;
    } finally {
      this.#active.delete(running);
    }
  }

  /** With others where that can be, else by itself. */
  async #inGroup<T>(
    label: string,
    together: (groups: Groups) => Promise<Outcome<T>>,
    alone: () => Promise<T>,
  ): Promise<T> {
    if (this.#groups === null || this.#alone.has(label)) return alone();
    const outcome = await together(this.#groups);
    if (typeof outcome === "object") {
      if ("error" in outcome) throw outcome.error;
      return outcome.value;
    }
    if (outcome === "alone" && this.#alone.size < LABELS_MAX) this.#alone.add(label);
    return alone();
  }

  #once<Kind extends SqlReadTx, T>(
    mode: "write" | "read",
    Transaction: new (session: ConstructorParameters<typeof SqlReadTx>[0]) => Kind,
    work: (tx: Kind) => Promise<T>,
  ): Promise<T> {
    return this.#parts.connection.transaction(mode, async (session) => {
      const tx = new Transaction(session);
      try {
        const result = await work(tx);
        // The work may have caught the error and gone on; the database has given the transaction up all the same.
        if (tx.failure !== null) throw tx.failure;
        return result;
      } catch (error) {
        // A conflict means "run it again" whatever the work made of it.
        throw isConflict(tx.failure) ? tx.failure : error;
      } finally {
        tx.end();
      }
    });
  }

  async #untilNoConflict<T>(label: string, attempt: (again: boolean) => Promise<T>): Promise<T> {
    let duplicate_seen = false;
    for (let attempts = 1; ; attempts++) {
      try {
        return await attempt(attempts > 1);
      } catch (error) {
        // PostgreSQL may report a concurrent insert as a duplicate to a transaction that looked for the key and found
        // nothing. Run again, it sees the row; a duplicate that comes twice is real.
        const again = isConflict(error) || (isDuplicate(error) && !duplicate_seen);
        if (!again) throw error;
        if (attempts >= TX_ATTEMPTS_MAX) throw gaveUp(label, error);
        duplicate_seen ||= isDuplicate(error);
      }
      await this.#pause(attempts);
    }
  }

  #pause(attempts: number): Promise<void> {
    const longest = Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** Math.min(attempts, 10));
    return this.#parts.sleep(Math.ceil(this.#parts.random() * longest));
  }
}

function isDuplicate(error: unknown): boolean {
  return error instanceof StoreError && error.code === "store_duplicate";
}

function gaveUp(label: string, cause: unknown): StoreError {
  const message = `"${label}" met other writers ${TX_ATTEMPTS_MAX} times in a row and changed nothing; try again.`;
  return new StoreError("store_conflict", message, { label, attempts: TX_ATTEMPTS_MAX }, cause);
}
