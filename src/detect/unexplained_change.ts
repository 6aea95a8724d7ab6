/**
 * A balance that changed without a reason: change - explained = after - before - (sum of the movements we know). Exact, no
 * statistics. Money that left without a movement of ours is the gravest sign there is; money that came is a note.
 */
import { type Asset, amountText } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import type { Finding } from "./types.ts";

export interface BalanceChange {
  readonly at: Instant;
  readonly asset: Asset;
  /** Base units. */
  readonly before: bigint;
  readonly after: bigint;
  /** Sum of the known movements in between, fees included; what left is negative. */
  readonly explained: bigint;
  /** Differences up to this are dust. */
  readonly tolerance: bigint;
}

export function checkBalanceChange(change: BalanceChange, subject: string): Finding | null {
  const { at, asset, before, after, explained, tolerance } = change;
  const difference = after - before - explained;
  const size = difference < 0n ? -difference : difference;
  if (size <= tolerance) return null;
  const [observed, expected, limit, unexplained] = [after, before + explained, tolerance, size].map((units) =>
    amountText(asset, units),
  ) as [string, string, string, string];
  const left = difference < 0n;
  return {
    detector: "unexplained_change",
    severity: left ? "critical" : "note",
    at,
    subject,
    observed,
    expected,
    limit: `within ${limit}`,
    sentence: `${subject} holds ${observed}, and the movements we know explain ${expected}: ${unexplained} ${left ? "left" : "came"} without one.`,
  };
}
