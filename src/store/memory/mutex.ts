/** One holder at a time, first come first served. */

interface Waiting {
  readonly holder: object;
  readonly resolve: () => void;
}

export class Mutex {
  #holder: object | null = null;
  #waiting: Waiting[] = [];

  /** Resolves when `holder` has the mutex; release it with the same object. */
  acquire(holder: object): Promise<void> {
    if (this.#holder === null) {
      this.#holder = holder;
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push({ holder, resolve }));
  }

  /** Hands the mutex on; does nothing when `holder` does not have it. */
  release(holder: object): void {
    if (this.#holder !== holder) return;
    const next = this.#waiting.shift();
    this.#holder = next?.holder ?? null;
    next?.resolve();
  }

  /** Forgets the holders that `isDead` names, waiting or holding; what waited never resolves. */
  abandon(isDead: (holder: object) => boolean): void {
    this.#waiting = this.#waiting.filter((entry) => !isDead(entry.holder));
    if (this.#holder !== null && isDead(this.#holder)) this.release(this.#holder);
  }
}
