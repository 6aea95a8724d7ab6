/**
 * Things seen while the loop works that are worth a decision at once. The same thing within a minute counts once; the most
 * telling one becomes the cause of this cycle's decisions.
 */
import { SIGNAL_PAUSE_REAL_MS } from "../limits.ts";
import type { DaemonState } from "../state.ts";
import type { DaemonDeps, WakeCause } from "../types.ts";
import { moreTelling } from "./wakes.ts";

/** `about`: the wallet, pool or asset; what is said of another one is another thing. */
export function signal(deps: DaemonDeps, state: DaemonState, cause: WakeCause, about: string): void {
  const key = `${cause}/${about}`;
  const now = deps.clock.now();
  const last = state.signalled_at.get(key);
  if (last !== undefined && now - last < SIGNAL_PAUSE_REAL_MS * (deps.clock.rate ?? 1)) return;
  state.signalled_at.set(key, now);
  state.signal = state.signal === null ? cause : moreTelling(state.signal, cause);
}

/** The cause of this cycle's decisions: what woke it, or what was seen since, whichever says more. */
export function causeNow(state: DaemonState, woken_by: WakeCause): WakeCause {
  const seen = state.signal;
  state.signal = null;
  return seen === null ? woken_by : moreTelling(woken_by, seen);
}
