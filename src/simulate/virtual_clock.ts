/**
 * Time that passes only when nothing is left to do. Sleepers wait in a heap by (instant, order of asking); one wakes at a time,
 * and everything it sets off runs to its next wait before the next one wakes. So a run depends on its seed and on nothing else.
 */
import type { Clock, Instant } from "../ports/index.ts";

interface Alarm {
  readonly at: Instant;
  readonly order: number;
  readonly ring: () => void;
  cancelled: boolean;
}

/** Macrotasks asked for at once. */
const ALARMS_PER_TURN = 64;

export class VirtualClock implements Clock {
  /** How many times as fast as real time this clock says it is: limits in real time scale by it. */
  readonly rate: number;
  /** Alarms that rang. */
  rung = 0;
  #now: Instant;
  #order = 0;
  #heap: Alarm[] = [];

  constructor(start: Instant, rate = 1) {
    this.rate = rate;
    this.#now = start;
  }

  now(): Instant {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.schedule(this.#now + Math.max(0, Math.ceil(ms)), () => {
        signal?.removeEventListener("abort", wakeEarly);
        resolve();
      });
      const wakeEarly = (): void => {
        cancel();
        resolve();
      };
      signal?.addEventListener("abort", wakeEarly, { once: true });
    });
  }

  /** Calls `ring` at `at`, or right after the present moment when `at` is past. Returns what cancels it. */
  schedule(at: Instant, ring: () => void): () => void {
    const alarm: Alarm = { at: Math.max(at, this.#now), order: this.#order, ring, cancelled: false };
    this.#order += 1;
    push(this.#heap, alarm);
    return () => {
      alarm.cancelled = true;
    };
  }

  /** Calls `ring` when `ms` have passed. */
  after(ms: number, ring: () => void): void {
    this.schedule(this.#now + Math.max(0, Math.ceil(ms)), ring);
  }

  /**
   * Lets time pass until `until`. One alarm rings per macrotask, and every promise it can settle settles before the next one
   * rings; many macrotasks are asked for at once, because a turn of the event loop costs more than most alarms.
   */
  run(until: Instant): Promise<void> {
    return new Promise((resolve, reject) => {
      let over = false;
      const end = (settle: () => void): void => {
        over = true;
        settle();
      };
      const one = (last: boolean): void => {
        if (over) return;
        try {
          if (this.#ringNext(until)) {
            if (last) turn();
          } else {
            this.#now = Math.max(this.#now, until);
            end(resolve);
          }
        } catch (error) {
          end(() => reject(error));
        }
      };
      const turn = (): void => {
        for (let at = 1; at <= ALARMS_PER_TURN; at += 1) setImmediate(one, at === ALARMS_PER_TURN);
      };
      turn();
    });
  }

  /** False when nothing rings until then. */
  #ringNext(until: Instant): boolean {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > until) return false;
      pop(this.#heap);
      if (next.cancelled) continue;
      this.#now = next.at;
      this.rung += 1;
      next.ring();
      return true;
    }
  }
}

function earlier(a: Alarm, b: Alarm): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Alarm[], alarm: Alarm): void {
  heap.push(alarm);
  let child = heap.length - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (!swapIfEarlier(heap, child, parent)) break;
    child = parent;
  }
}

function pop(heap: Alarm[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  let parent = 0;
  for (;;) {
    const left = 2 * parent + 1;
    const right = left + 1;
    const best = isEarlierAt(heap, right, left) ? right : left;
    if (!swapIfEarlier(heap, best, parent)) break;
    parent = best;
  }
}

function isEarlierAt(heap: Alarm[], a: number, b: number): boolean {
  const first = heap[a];
  const second = heap[b];
  return first !== undefined && second !== undefined && earlier(first, second);
}

function swapIfEarlier(heap: Alarm[], child: number, parent: number): boolean {
  const lower = heap[child];
  const upper = heap[parent];
  if (lower === undefined || upper === undefined || !earlier(lower, upper)) return false;
  heap[child] = upper;
  heap[parent] = lower;
  return true;
}
