/**
 * The store in memory, for tests and for the simulator: one transaction at a time, first come first served, the time of a
 * given clock and nothing else of the outside world, so that a run with the same seed is the same run.
 */
import type { Clock } from "../../ports/index.ts";
import { StoreError } from "../errors.ts";
import type { ReadTx, Store, StoreCheck, Tx, Write } from "../port.ts";
import { MemoryReadTx, type MemoryTables, MemoryTx } from "./memory_tx.ts";
import { Mutex } from "./mutex.ts";

/** What outlives a crashed process: the tables, and the turn of whoever uses them. */
export class MemoryData {
  readonly tables: MemoryTables = new Map();
  readonly mutex = new Mutex();
  /** Transactions that committed with a change; while it stands, the tables say the same. */
  version = 0;

  /** How often rows of a table were put or taken away, by transactions that were undone as well; while it stands, so does the table. */
  changesOf(table: string): number {
    return this.tables.get(table)?.changes ?? 0;
  }
}

/** One transaction waiting or running. */
interface Turn {
  tx: MemoryReadTx | null;
}

export interface MemoryStoreOptions {
  /** Its time is the database's time. */
  readonly clock: Pick<Clock, "now">;
  /** Data of an earlier store to go on with; new and empty without it. */
  readonly data?: MemoryData;
}

/**
 * @example
 * const before = new MemoryStore({ clock });
 * before.crash(); // the process is dead: its open transaction is undone, its calls are never answered
 * const after = new MemoryStore({ clock, data: before.data });
 */
export class MemoryStore implements Store {
  readonly data: MemoryData;
  readonly #clock: Pick<Clock, "now">;
  readonly #turns = new Set<Turn>();
  #open = true;
  #crashed = false;

  constructor(options: MemoryStoreOptions) {
    this.#clock = options.clock;
    this.data = options.data ?? new MemoryData();
  }

  tx<T>(_label: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#inTurn(() => new MemoryTx(this.data.tables, this.#clock.now()), work);
  }

  write(label: string, writes: readonly Write[]): Promise<boolean> {
    return this.tx(label, (tx) => tx.writeMany(writes));
  }

  read<T>(_label: string, work: (tx: ReadTx) => Promise<T>): Promise<T> {
    return this.#inTurn(() => new MemoryReadTx(this.data.tables, this.#clock.now()), work);
  }

  async check(): Promise<StoreCheck> {
    if (!this.#open) return await this.#refuse();
    return { engine: "memory", durable: false, detail: "In memory: nothing outlives this process." };
  }

  /** Waits for what was asked before, then refuses everything. */
  async close(): Promise<void> {
    this.#open = false;
    const last = {};
    await this.data.mutex.acquire(last);
    this.data.mutex.release(last);
  }

  /**
   * The death of the process that used this store: its transaction is undone, and nothing it asked or still asks is ever
   * answered. A new store on the same `data` finds what was committed.
   */
  crash(): void {
    this.#open = false;
    this.#crashed = true;
    for (const turn of this.#turns) turn.tx?.crash();
    this.data.mutex.abandon((holder) => this.#turns.has(holder as Turn));
    this.#turns.clear();
  }

  async #inTurn<Kind extends MemoryReadTx, T>(begin: () => Kind, work: (tx: Kind) => Promise<T>): Promise<T> {
    if (!this.#open) return await this.#refuse();
    const turn: Turn = { tx: null };
    this.#turns.add(turn);
    await this.data.mutex.acquire(turn);
    // The process may have died between being given its turn and taking it.
    if (this.#crashed) await never();
    const tx = begin();
    turn.tx = tx;
    try {
      const result = await work(tx);
      if (tx.crashed) await never();
      if (tx.commit()) this.data.version += 1;
      return result;
    } catch (error) {
      if (tx.crashed) await never();
      tx.abort();
      throw error;
    } finally {
      this.#turns.delete(turn);
      this.data.mutex.release(turn);
    }
  }

  async #refuse(): Promise<never> {
    if (this.#crashed) await never();
    throw new StoreError("store_closed", "The store is closed.");
  }
}

/** A new one each time: one shared promise would remember all who ever waited for it. */
function never(): Promise<never> {
  return new Promise(() => {});
}
