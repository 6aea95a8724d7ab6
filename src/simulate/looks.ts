/**
 * People who look in now and then, and mostly find nothing: as long as the tables they look at are as they were when nothing was
 * found, they are not opened again. What is found is always read.
 */
import type { MemoryData, MemoryStore, ReadTx, Table } from "../store/index.ts";

export class Looks {
  readonly #data: MemoryData;
  readonly #truth: MemoryStore;
  /** By what was looked for: the changes of its tables up to a look that found nothing. */
  readonly #nothing = new Map<string, number>();

  constructor(data: MemoryData, truth: MemoryStore) {
    this.#data = data;
    this.#truth = truth;
  }

  /** The rows that `read` finds in `table` and nowhere else; `label` names what is looked for, the same for everybody. */
  rows<Row>(label: string, table: Table<Row>, read: (tx: ReadTx) => Promise<Row[]>): Promise<Row[]> {
    if (this.#nothing.get(label) === this.#data.changesOf(table.name)) return Promise.resolve([]);
    return this.#truth.read(label, async (tx) => {
      const found = await read(tx);
      if (found.length === 0) this.#nothing.set(label, this.#data.changesOf(table.name));
      return found;
    });
  }
}
