/** What the last requests to a venue were like: how long, how many failed, when one last went well. Memory only. */
import type { Instant } from "../ports/index.ts";

/** Requests that the figures are taken over. */
export const RECENT_MAX = 500;

export class Counters {
  readonly #latencies_ms: number[] = [];
  readonly #failed: boolean[] = [];
  #next = 0;
  #requests = 0;
  #last_success_at: Instant | null = null;
  #last_failure: { readonly at: Instant; readonly message: string } | null = null;

  succeeded(at: Instant, latency_ms: number): void {
    this.#record(latency_ms, false);
    this.#last_success_at = at;
  }

  failed(at: Instant, latency_ms: number, message: string): void {
    this.#record(latency_ms, true);
    this.#last_failure = { at, message };
  }

  figures(): {
    readonly requests: number;
    readonly latency_p50_ms: number | null;
    readonly latency_p99_ms: number | null;
    readonly error_ppm: number;
    readonly last_success_at: Instant | null;
    readonly last_failure: { readonly at: Instant; readonly message: string } | null;
  } {
    const sorted = this.#latencies_ms.toSorted((a, b) => a - b);
    const errors = this.#failed.filter(Boolean).length;
    return {
      requests: this.#requests,
      latency_p50_ms: quantile(sorted, 0.5),
      latency_p99_ms: quantile(sorted, 0.99),
      error_ppm: sorted.length === 0 ? 0 : Math.round((errors * 1_000_000) / sorted.length),
      last_success_at: this.#last_success_at,
      last_failure: this.#last_failure,
    };
  }

  #record(latency_ms: number, failed: boolean): void {
    this.#latencies_ms[this.#next] = latency_ms;
    this.#failed[this.#next] = failed;
    this.#next = (this.#next + 1) % RECENT_MAX;
    this.#requests += 1;
  }
}

/** Nearest rank. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
