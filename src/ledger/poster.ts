/**
 * Postings of many callers in few transactions. Whoever posts while a batch is under way goes with the next one, so that one
 * durable commit carries many; each caller hears of its own posting alone, after the commit.
 *
 * The poster remembers the accounts it wrote last. An intent over remembered accounts is judged without reading, and the write is
 * guarded by exactly what was remembered: where anybody else changed an account, nothing is written and the batch is judged again
 * over books that are read. A refusal is never given from memory. Where writes follow each other on one line (PostgreSQL), the next
 * batch is judged over what the one under way will leave: should that one fail, the guards of the next fail with it.
 */
import { type EventInput, type EventKind, makeEvent } from "../audit/index.ts";
import { assert } from "../errors/index.ts";
import type { Ids } from "../ports/index.ts";
import { insertRows, type Store, StoreError, tables, type Write } from "../store/index.ts";
import { coalesce, type Part } from "./coalesce.ts";
import { LedgerError } from "./errors.ts";
import { type Books, postingDigest } from "./judge.ts";
import { assertBalanced } from "./lines.ts";
import {
  accountsOf,
  type Batch,
  booksChanged,
  judgeMany,
  loadBooks,
  POSTINGS_MAX,
  writeBatch,
  writesOf,
} from "./post_many.ts";
import type { AccountRow, Posted, PostInput, PostingRow } from "./types.ts";

/** Postings of one batch. More gain little, and everybody waits for the last. */
export const BATCH_MAX = 200;
/** Callers who wait; whoever comes then is turned away. */
export const WAITING_MAX = 10_000;
const REMEMBERED_MAX = 10_000;
/** Tries of a batch whose commit is unknown or whose books changed: its keys say what is booked already. */
const TRIES_MAX = 5;
/** The event that is written with a new posting. */
export type EventOf = (posting: PostingRow) => EventInput<EventKind>;

export interface Poster {
  /**
   * Resolves when the posting is durable.
   * @throws LedgerError as `post`, and ledger_busy; StoreError
   */
  post(input: PostInput, event?: EventOf): Promise<Posted>;
}

export interface PosterParts {
  readonly store: Pick<Store, "tx" | "write">;
  readonly ids: Ids;
  readonly batch_max?: number;
  /** Batches under way at the same time; more than 1 only where the store's writes keep their order, or they run again. */
  readonly in_flight?: number;
  /** Called after each batch with the number of its postings. */
  readonly onBatch?: (size: number) => void;
}

interface Waiting {
  readonly input: PostInput;
  readonly digest: string;
  readonly event: EventOf | undefined;
}

/** @example const poster = createPoster({ store, ids }); await Promise.all(inputs.map((input) => poster.post(input))); */
export function createPoster(parts: PosterParts): Poster {
  const { batch_max = BATCH_MAX, in_flight, onBatch } = parts;
  assert(batch_max >= 1 && batch_max <= POSTINGS_MAX, `a batch has 1 to ${POSTINGS_MAX} postings`);
  const desk = new Desk(parts);
  const line = coalesce<Waiting, Posted>({ batch_max, in_flight, settle: (some) => desk.settle(some), onBatch });
  return {
    async post(input, event) {
      assertBalanced(input.lines);
      if (line.waiting() >= WAITING_MAX) {
        throw new LedgerError("ledger_busy", `${WAITING_MAX} postings wait already; try again with the same key.`);
      }
      return line.run({ input, digest: postingDigest(input), event });
    },
  };
}

/** Books batches. */
class Desk {
  readonly #parts: PosterParts;
  readonly #remembered = new Map<string, AccountRow>();
  #failures = 0;

  constructor(parts: PosterParts) {
    this.#parts = parts;
  }

  async settle(some: readonly Waiting[]): Promise<Part<Posted>[]> {
    const { outcomes } = await this.#book(some);
    return outcomes.map((outcome) =>
      "refused" in outcome ? outcome : { done: { posting: outcome.posting, replayed: outcome.replayed } },
    );
  }

  async #book(some: readonly Waiting[]): Promise<Batch> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#once(some, tries === 1);
      } catch (error) {
        this.#remembered.clear();
        this.#failures += 1;
        if (!mayRepeat(error) || tries >= TRIES_MAX) throw error;
      }
    }
  }

  async #once(some: readonly Waiting[], may_remember: boolean): Promise<Batch> {
    const { store, ids } = this.#parts;
    const remembered = may_remember ? this.#judgeRemembered(some) : null;
    if (remembered !== null) {
      // Before it is written: the next batch goes on from here.
      this.#remember(remembered.books.accounts);
      const done = await store.write("ledger.post", [...writesOf(remembered), ...eventsOf(remembered, some, ids)]);
      if (!done) throw booksChanged();
      return remembered;
    }
    const failures = this.#failures;
    const batch = await store.tx("ledger.post", async (tx) => {
      const books = await loadBooks(
        tx,
        some.map(({ input }) => input),
      );
      const judged = judge(some, ids, books);
      await writeBatch(tx, judged, eventsOf(judged, some, ids));
      return judged;
    });
    // What failed meanwhile may have been what this one stood on.
    if (failures === this.#failures) this.#remember(batch.books.accounts);
    return batch;
  }

  /** Null when it takes more than what is remembered, or when one would be refused. */
  #judgeRemembered(some: readonly Waiting[]): Batch | null {
    const accounts = new Map<string, AccountRow>();
    for (const { input } of some) {
      if (input.basis === "fact" || (input.releases ?? []).length > 0) return null;
      for (const id of accountsOf(input)) {
        const row = this.#remembered.get(id);
        if (row === undefined) return null;
        accounts.set(id, row);
      }
    }
    const batch = judge(some, this.#parts.ids, { postings: new Map(), holds: new Map(), accounts });
    return batch.outcomes.some((outcome) => "refused" in outcome) ? null : batch;
  }

  #remember(accounts: ReadonlyMap<string, AccountRow>): void {
    if (this.#remembered.size + accounts.size > REMEMBERED_MAX) this.#remembered.clear();
    for (const [id, row] of accounts) this.#remembered.set(id, row);
  }
}

function judge(some: readonly Waiting[], ids: Ids, books: Books): Batch {
  return judgeMany(
    books,
    ids,
    some.map(({ input }) => input),
    some.map(({ digest }) => digest),
  );
}

/** The events of the postings that are new. */
function eventsOf({ outcomes }: Batch, some: readonly Waiting[], ids: Ids): Write[] {
  const events = some.flatMap(({ event }, at) => {
    const outcome = outcomes[at];
    if (outcome === undefined || event === undefined || "refused" in outcome || outcome.replayed) return [];
    return [makeEvent(ids, event(outcome.posting))];
  });
  return [insertRows(tables.event, events)];
}

/** The books changed, a key was taken meanwhile, or nobody knows whether it was committed: read, and judge again. */
function mayRepeat(error: unknown): boolean {
  const codes = ["store_conflict", "store_duplicate", "store_commit_unknown"];
  return error instanceof StoreError && codes.includes(error.code);
}
