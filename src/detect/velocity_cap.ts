/**
 * Hard velocity caps: not more than `amount_max` may leave within `window_ms`. No statistics: what no model can tell from an
 * honest whale, a limit that people set still stops. Amounts are exact. The window slides in twelfths and a twelfth counts
 * until all of it is outside, so the sum may be a twelfth of the window too strict and is never too lax.
 */
import { type Asset, amountText } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import type { Finding } from "./types.ts";

export interface VelocityCap {
  readonly asset: Asset;
  readonly window_ms: number;
  /** Base units. */
  readonly amount_max: bigint;
}

export interface VelocityState {
  /** Number of the newest twelfth since the epoch. */
  newest: number;
  /** Base units as decimal strings, newest last; one more than twelve for the twelfth that is leaving the window. */
  readonly sums: string[];
}

const PARTS = 12;
const HOUR_MS = 3_600_000;

export function createVelocityState(): VelocityState {
  return { newest: 0, sums: Array<string>(PARTS + 1).fill("0") };
}

/** `amount`: base units that leave now; not negative. */
export function observeVelocity(
  state: VelocityState,
  { at, amount }: { readonly at: Instant; readonly amount: bigint },
  cap: VelocityCap,
  subject: string,
): Finding | null {
  const part = Math.floor((at * PARTS) / cap.window_ms);
  // An outflow that is reported late counts with the newest: strict, and never forgotten.
  for (let step = Math.min(PARTS + 1, Math.max(0, part - state.newest)); step > 0; step -= 1) {
    state.sums.shift();
    state.sums.push("0");
  }
  state.newest = Math.max(state.newest, part);
  state.sums[PARTS] = (BigInt(state.sums[PARTS] ?? "0") + amount).toString();
  const sum = state.sums.reduce((total, each) => total + BigInt(each), 0n);
  if (sum <= cap.amount_max) return null;
  const [observed, limit] = [sum, cap.amount_max].map((units) => amountText(cap.asset, units));
  const window = `${cap.window_ms / HOUR_MS} h`;
  return {
    detector: "velocity_cap",
    severity: "critical",
    at,
    subject,
    observed: `${observed} in ${window}`,
    expected: `at most ${limit}`,
    limit: `${limit} in ${window}`,
    sentence: `${subject}: ${observed} left within ${window}; the cap is ${limit}.`,
  };
}
