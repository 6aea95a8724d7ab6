/**
 * A venue's rate budget: token buckets, one for each limit the vendor declares, shared by everything we ask of it. Money goes
 * first, then look-ups, then polls; and the last part of each bucket is kept for those before. A `retry-after` closes the door
 * for all of them, because the venue counts requests and not reasons.
 */
import type { Clock, Instant } from "../../ports/index.ts";
import { VenueError } from "../index.ts";
import type { Priority, RateLimit } from "./types.ts";

/** Longest wait for a turn inside one call; more is an error that says when to come back. */
export const TURN_WAIT_MS_MAX = 20_000;
/** Requests on their way at one venue at the same time. */
export const IN_FLIGHT_MAX = 32;
const WAITING_MAX = 10_000;
/** Share of each bucket, and of the lines, that a priority leaves to those before it. */
const LEAVES: Readonly<Record<Priority, number>> = { money: 0, lookup: 0.1, poll: 0.2 };
const ORDER: Readonly<Record<Priority, number>> = { money: 0, lookup: 1, poll: 2 };

interface Bucket {
  readonly limit: RateLimit;
  readonly capacity: number;
  tokens: number;
  filled_at: Instant;
}

interface Waiter {
  readonly priority: Priority;
  readonly cost: number;
  readonly go: () => void;
  readonly fail: (error: VenueError) => void;
  readonly give_up_at: Instant;
}

export class RateBudget {
  readonly #venue: string;
  readonly #clock: Clock;
  readonly #buckets: readonly Bucket[];
  readonly #in_flight_max: number;
  #waiting: Waiter[] = [];
  #in_flight = 0;
  #closed_until: Instant = 0;
  #pumping = false;
  #nap: AbortController | null = null;

  constructor(venue: string, clock: Clock, limits: readonly RateLimit[], in_flight_max: number = IN_FLIGHT_MAX) {
    this.#venue = venue;
    this.#clock = clock;
    this.#in_flight_max = in_flight_max;
    const now = clock.now();
    this.#buckets = limits.map((limit) => {
      const capacity = limit.burst ?? limit.requests;
      return { limit, capacity, tokens: capacity, filled_at: now };
    });
  }

  /**
   * Resolves when it is this request's turn; call the answer when the request has ended.
   * @throws VenueError venue_rate_limited, when the turn would not come in time
   */
  async acquire(priority: Priority, cost = 1): Promise<() => void> {
    const now = this.#clock.now();
    const closed_ms = this.#closed_until - now;
    if (closed_ms > TURN_WAIT_MS_MAX) throw this.#limited(closed_ms);
    if (this.#waiting.length >= WAITING_MAX) throw this.#limited(TURN_WAIT_MS_MAX);
    await new Promise<void>((go, fail) => {
      const waiter = { priority, cost, go, fail, give_up_at: now + TURN_WAIT_MS_MAX };
      const at = this.#waiting.findIndex((each) => ORDER[each.priority] > ORDER[priority]);
      this.#waiting.splice(at < 0 ? this.#waiting.length : at, 0, waiter);
      // Whoever sleeps for a poll's turn looks again: this may be money, which needs less.
      this.#nap?.abort();
      void this.#pump();
    });
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#in_flight -= 1;
      void this.#pump();
    };
  }

  /** The venue asks to be left alone for this long. */
  pause(ms: number): void {
    this.#closed_until = Math.max(this.#closed_until, this.#clock.now() + ms);
  }

  /** How long nothing may be asked; 0: now. */
  pausedMs(): number {
    return Math.max(0, this.#closed_until - this.#clock.now());
  }

  /** Of the scarcest limit, 0 to 1; null where the venue declares none. */
  shareLeft(): number | null {
    if (this.#buckets.length === 0) return null;
    this.#refill();
    return Math.min(...this.#buckets.map(({ tokens, capacity }) => tokens / capacity));
  }

  /** Lets everybody go whose turn it is, and sleeps until the next may. One at a time runs. */
  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#hasLine()) {
        const wait_ms = this.#letFirstGo();
        if (wait_ms > 0) await this.#sleep(wait_ms);
        this.#giveUpLate();
      }
    } finally {
      this.#pumping = false;
    }
  }

  /** Polls that hang must not hold every line: the last ones are kept for money. */
  #hasLine(): boolean {
    const [first] = this.#waiting;
    if (first === undefined) return false;
    return this.#in_flight < Math.max(1, Math.floor(this.#in_flight_max * (1 - LEAVES[first.priority])));
  }

  async #sleep(ms: number): Promise<void> {
    this.#nap = new AbortController();
    await this.#clock.sleep(ms, this.#nap.signal);
    this.#nap = null;
  }

  /** 0 when the first went; otherwise how long until it may. */
  #letFirstGo(): number {
    const [first] = this.#waiting;
    if (first === undefined) return 0;
    this.#refill();
    const wait_ms = Math.max(this.pausedMs(), ...this.#buckets.map((bucket) => waitFor(bucket, first)));
    if (wait_ms > 0) return Math.ceil(wait_ms);
    for (const bucket of this.#buckets) bucket.tokens -= first.cost;
    this.#waiting.shift();
    this.#in_flight += 1;
    first.go();
    return 0;
  }

  #giveUpLate(): void {
    const now = this.#clock.now();
    const late = this.#waiting.filter((waiter) => waiter.give_up_at <= now);
    if (late.length === 0) return;
    this.#waiting = this.#waiting.filter((waiter) => waiter.give_up_at > now);
    for (const waiter of late) waiter.fail(this.#limited(Math.max(this.pausedMs(), 1_000)));
  }

  #refill(): void {
    const now = this.#clock.now();
    for (const bucket of this.#buckets) {
      const gained = ((now - bucket.filled_at) * bucket.limit.requests) / bucket.limit.per_ms;
      bucket.tokens = Math.min(bucket.capacity, bucket.tokens + gained);
      bucket.filled_at = now;
    }
  }

  #limited(retry_after_ms: number): VenueError {
    const message = `The rate budget of "${this.#venue}" is used up; it is asked again in ${Math.ceil(retry_after_ms / 1_000)} s.`;
    return new VenueError("venue_rate_limited", message, { venue: this.#venue }, { retry_after_ms });
  }
}

/** A request that costs more than is ever kept back still goes once the bucket is full. */
function waitFor({ limit, capacity, tokens }: Bucket, { priority, cost }: Waiter): number {
  const needed = Math.min(capacity, cost + capacity * LEAVES[priority]);
  return tokens >= needed ? 0 : ((needed - tokens) * limit.per_ms) / limit.requests;
}
