/**
 * Whose order a fill belongs to, where an exchange lists fills without the client id of their order. An order's client id never
 * changes, so each is asked for once. What the exchange does not answer for stays unknown, and its fill is not told before it does.
 */

/** Fills or orders whose answer is kept; the oldest are forgotten, and asked for again. */
const KNOWN_MAX = 20_000;

/** Our reference by id; null: an order of somebody else. Absent: not answered for. */
export type References = ReadonlyMap<string, string | null>;

export class OrderReferences {
  readonly #known = new Map<string, string | null>();
  readonly #ask: (ids: readonly string[]) => Promise<References>;

  /** @param ask reads those that are not known yet */
  constructor(ask: (ids: readonly string[]) => Promise<References>) {
    this.#ask = ask;
  }

  /** @throws VenueError when the exchange does not answer */
  async of(ids: readonly string[]): Promise<References> {
    const missing = [...new Set(ids)].filter((id) => !this.#known.has(id));
    const answered = missing.length === 0 ? new Map<string, string | null>() : await this.#ask(missing);
    for (const [id, reference] of answered) this.#known.set(id, reference);
    const found = new Map<string, string | null>();
    for (const id of ids) {
      const reference = this.#known.get(id);
      if (reference !== undefined) found.set(id, reference);
    }
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= KNOWN_MAX) break;
      this.#known.delete(oldest);
    }
    return found;
  }
}
