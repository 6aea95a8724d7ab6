/**
 * People of the sandbox who look again and again, each in the same way: until they are stopped, and through whatever passes by
 * itself. A database that is away for a minute must not end the process that comes back with it.
 */
import { type ErrorKind, TidegateError } from "../errors/index.ts";
import type { Clock } from "../ports/index.ts";

/** The price is not trusted, somebody was faster or said no, or the store is away: the next look sees how things are then. */
const PASSES: ReadonlySet<ErrorKind> = new Set(["conflict", "denied", "stale", "unavailable"]);

export interface Routine {
  /** Rejects on an error of the sandbox itself, which must be watched; resolves after `stop`. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export interface RoutineOptions {
  readonly clock: Pick<Clock, "sleep">;
  readonly every_ms: number;
  /** One look; `signal` ends it early. */
  readonly look: (signal: AbortSignal) => Promise<void>;
}

/** @example const routine = startRoutine({ clock, every_ms: 60_000, look: () => announce(treasury) }); */
export function startRoutine({ clock, every_ms, look }: RoutineOptions): Routine {
  const stopping = new AbortController();
  const { signal } = stopping;
  const repeat = async (): Promise<void> => {
    while (!signal.aborted) {
      await letPass(() => look(signal));
      await clock.sleep(every_ms, signal);
    }
  };
  const ended = repeat();
  return {
    ended,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

/** Does it, unless something stands in the way that passes by itself. */
export async function letPass(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof TidegateError) || !PASSES.has(error.kind)) throw error;
  }
}
