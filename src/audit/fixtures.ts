/** For tests: a store in memory with a clock that is set by hand, counting ids, and alerts to fill a log with. */
import type { Ids } from "../ports/index.ts";
import { MemoryData, MemoryStore } from "../store/index.ts";
import { emit } from "./emit.ts";
import type { EventRow } from "./types.ts";

export interface TestStore {
  readonly clock: { at: number; now(): number };
  readonly ids: Ids;
  readonly store: MemoryStore;
  /** The same data as another process sees it. */
  again(): MemoryStore;
}

export function testStore(): TestStore {
  const clock = { at: 1_700_000_000_000, now: () => clock.at };
  let count = 0;
  const ids: Ids = {
    next: (prefix) => {
      count += 1;
      return `${prefix}_${count.toString().padStart(8, "0")}`;
    },
  };
  const data = new MemoryData();
  const again = () => new MemoryStore({ clock, data });
  return { clock, ids, store: again(), again };
}

/** An event whose content is `message`. */
export function emitAlert({ store, ids, clock }: TestStore, message: string): Promise<EventRow> {
  const payload = { code: "test", severity: "info", message };
  const input = { kind: "alert.raised", ref: "test", actor: "daemon", at: clock.now(), payload } as const;
  return store.tx("alert", (tx) => emit(tx, ids, input));
}
