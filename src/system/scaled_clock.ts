/** Treasury time that runs faster than the machine's: `base + elapsed x factor`. The sandbox lives in it. */
import { performance } from "node:perf_hooks";
import { assert } from "../errors/index.ts";
import type { Clock, Instant } from "../ports/index.ts";
import { sleep } from "./system_clock.ts";

export interface ScaledClockOptions {
  /** Treasury time at this moment. */
  readonly base: Instant;
  /** Treasury milliseconds per real millisecond, above zero; 3,600 makes an hour a second. */
  readonly factor: number;
  /** Real milliseconds on a clock that never jumps; the process's own by default. */
  readonly elapsed_ms?: () => number;
}

/**
 * Never goes back, whatever the machine's calendar does, because it counts from a monotonic clock.
 * @example createScaledClock({ base: Date.UTC(2026, 0, 1), factor: 3_600 })
 */
export function createScaledClock(options: ScaledClockOptions): Clock & { readonly rate: number } {
  const { base, factor } = options;
  assert(Number.isFinite(factor) && factor > 0, `a clock cannot run ${factor} times as fast`);
  const elapsed = options.elapsed_ms ?? ((): number => performance.now());
  const start = elapsed();
  return {
    rate: factor,
    now: (): Instant => Math.trunc(base + (elapsed() - start) * factor),
    sleep: (ms, signal) => sleep(ms / factor, signal),
  };
}
