/**
 * The sandbox's clock where a daemon lives in it. Treasury time runs fast only as far as the daemon keeps up: beyond its last cycle
 * by a bound it goes on at the pace of real time, as production does, until the next cycle is done. So a busy machine makes the
 * sandbox slow and no balance old. What is held back is not caught up with later.
 */
import type { TreasuryConfig, WalletConfig } from "../config/types.ts";
import type { Clock, Instant } from "../ports/index.ts";

/** Real time over which the speed reached is measured, at least. */
const WINDOW_REAL_MS = 10_000;

export interface WaitingClockOptions {
  /** Fast, and never held back; its `rate` is the speed that was asked for. */
  readonly inner: Clock;
  /** Told at the end of each window, from the first cycle on, what share of its speed the clock reached. */
  readonly told?: (share: number) => void;
}

/** What it waits for. */
export interface Awaited {
  /** Null before the first cycle. */
  lastCycleAt(): Instant | null;
  readonly config: Pick<TreasuryConfig, "wallets" | "prices">;
}

export class WaitingClock implements Clock {
  readonly rate: number;
  readonly #inner: Clock;
  readonly #told: (share: number) => void;
  readonly #began_at: Instant;
  #daemon: Awaited | null = null;
  #ahead: { readonly of: readonly WalletConfig[]; readonly ms: number } | null = null;
  /** Ours, with its fraction: real time is a small part of fast time. */
  #at: number;
  #seen: Instant;
  #window: Mark;
  #before: Mark;

  constructor({ inner, told = () => undefined }: WaitingClockOptions) {
    this.rate = inner.rate ?? 1;
    this.#inner = inner;
    this.#told = told;
    this.#seen = inner.now();
    this.#began_at = this.#seen;
    this.#at = this.#seen;
    this.#window = { at: this.#at, inner: this.#seen };
    this.#before = this.#window;
  }

  /** From now on it waits for this daemon, beginning with its first cycle. */
  waitFor(daemon: Awaited): void {
    this.#daemon = daemon;
  }

  now(): Instant {
    const inner = this.#inner.now();
    const step = Math.max(0, inner - this.#seen);
    this.#seen += step;
    const last_cycle_at = this.#daemon?.lastCycleAt() ?? null;
    const limit = (last_cycle_at ?? this.#began_at) + this.#aheadMs();
    const fast = Math.min(step, Math.max(0, limit - this.#at));
    this.#at += fast + (step - fast) / Math.max(1, this.rate);
    if (last_cycle_at === null) this.#before = this.#window = { at: this.#at, inner: this.#seen };
    else this.#measure();
    return Math.trunc(this.#at);
  }

  /** In the time that real time takes: who sleeps does no work that the clock could wait for. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#inner.sleep(ms, signal);
  }

  /** Of the speed asked for, over the last seconds: 1 while nothing holds it back. */
  shareReached(): number {
    const passed = this.#seen - this.#before.inner;
    return passed <= 0 ? 1 : (this.#at - this.#before.at) / passed;
  }

  /** Loans add wallets while the daemon runs; while none comes the list is the same one. */
  #aheadMs(): number {
    const config = this.#daemon?.config;
    if (config === undefined) return 0;
    const { wallets } = config;
    if (this.#ahead?.of !== wallets) this.#ahead = { of: wallets, ms: aheadOf(config) };
    return this.#ahead.ms;
  }

  #measure(): void {
    if (this.#seen - this.#window.inner < WINDOW_REAL_MS * this.rate) return;
    const share = this.shareReached();
    this.#before = this.#window;
    this.#window = { at: this.#at, inner: this.#seen };
    this.#told(share);
  }
}

interface Mark {
  readonly at: number;
  readonly inner: Instant;
}

/**
 * How far time may run beyond a daemon's last cycle: half of what any balance or price has left between two readings, because a
 * cycle may take the other half; and at least the shortest time between two readings, or a daemon with nothing to do would be waited
 * for.
 */
export function aheadOf({ wallets, prices }: Awaited["config"]): number {
  const price = { poll_interval_ms: prices.poll_interval_ms, stale_after_ms: prices.policy.max_age_ms };
  const read = prices.sources.length === 0 ? wallets : [...wallets, price];
  const spare_ms = Math.min(...read.map(({ poll_interval_ms, stale_after_ms }) => stale_after_ms - poll_interval_ms));
  const shortest_ms = Math.min(...read.map(({ poll_interval_ms }) => poll_interval_ms));
  return Math.max(1, shortest_ms, Math.trunc(spare_ms / 2));
}
