/** The store of one process: every call may be the last thing it does, before the work or after it, or end without an answer. */
import type { ReadTx, Store, StoreCheck, Tx, Write } from "../store/index.ts";
import { StoreError } from "../store/index.ts";
import type { Faults } from "./faults.ts";

export interface CrashPoint {
  /** True where a test wants the process to die. */
  dies(label: string, when: "before" | "after"): boolean;
  /** Kills the process; the caller is never answered. */
  crash(): Promise<never>;
  /** The whole process stands still; after a write for longer than a write allows the call that follows it. */
  pause(before: boolean): Promise<void>;
  /** A transaction is written: the checker looks before anything else happens. */
  written(label: string): Promise<void>;
  /** Notes what was done, in order: the trace of the run. */
  note(label: string): void;
}

export class FaultyStore implements Store {
  readonly #store: Store;
  readonly #faults: Faults;
  readonly #point: CrashPoint;

  constructor(store: Store, faults: Faults, point: CrashPoint) {
    this.#store = store;
    this.#faults = faults;
    this.#point = point;
  }

  async tx<T>(label: string, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#around(label, () => this.#store.tx(label, work), true);
  }

  async write(label: string, writes: readonly Write[]): Promise<boolean> {
    return this.#around(label, () => this.#store.write(label, writes), true);
  }

  async read<T>(label: string, work: (tx: ReadTx) => Promise<T>): Promise<T> {
    return this.#around(label, () => this.#store.read(label, work), false);
  }

  check(): Promise<StoreCheck> {
    return this.#store.check();
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async #around<T>(label: string, work: () => Promise<T>, writes: boolean): Promise<T> {
    this.#point.note(label);
    if (this.#faults.strikes("crash_before") || this.#point.dies(label, "before")) return this.#point.crash();
    if (this.#faults.strikes("paused_process")) await this.#point.pause(true);
    if (writes && this.#faults.strikes("store_conflict")) {
      throw new StoreError("store_conflict", "The transaction lost against others again and again.");
    }
    if (this.#faults.strikes("store_unavailable")) {
      throw new StoreError("store_unavailable", "The database cannot be reached.");
    }
    const result = await work();
    if (writes) await this.#point.written(label);
    if (this.#faults.strikes("paused_process")) await this.#point.pause(false);
    if (this.#faults.strikes("crash_after") || this.#point.dies(label, "after")) return this.#point.crash();
    if (writes && this.#faults.strikes("commit_unknown")) {
      throw new StoreError("store_commit_unknown", "The connection was lost at commit.");
    }
    return result;
  }
}
