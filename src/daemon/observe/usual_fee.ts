/** What a network's fee usually is: the median of a day, one look every half hour. Lost at a restart, and learned again in hours. */
import type { Instant } from "../../ports/index.ts";

export interface SeenFees {
  readonly fees: readonly bigint[];
  readonly last_at: Instant;
  /** Null while too few were seen. */
  readonly usual: bigint | null;
}

const LOOK_EVERY_MS = 30 * 60_000;
const LOOKS_MAX = 48;
/** Four hours: fewer looks say nothing. */
const LOOKS_MIN = 8;

/** With this look, when the last one is long enough ago. */
export function seeFee(seen: SeenFees | undefined, fee: bigint, now: Instant): SeenFees {
  if (seen === undefined) return { fees: [fee], last_at: now, usual: null };
  if (now - seen.last_at < LOOK_EVERY_MS) return seen;
  const fees = [...seen.fees, fee].slice(-LOOKS_MAX);
  return { fees, last_at: now, usual: medianOf(fees) };
}

export function usualFee(seen: SeenFees | undefined): bigint | null {
  return seen?.usual ?? null;
}

function medianOf(fees: readonly bigint[]): bigint | null {
  if (fees.length < LOOKS_MIN) return null;
  const sorted = [...fees].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
