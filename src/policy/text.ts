/** Shares, names and durations as people read them, for sentences. */
import { type Asset, amountText, printPercent } from "../money/index.ts";

const NAMES_MAX = 5;
const SHARE_DIGITS = 2;

/** An amount with its share of the pool. @example "49,700 USDT (4.97 %)" */
export function shareText(asset: Asset, units: bigint, total: bigint): string {
  const share = total > 0n ? printPercent(units, total, SHARE_DIGITS) : null;
  return share === null ? amountText(asset, units) : `${amountText(asset, units)} (${share} %)`;
}

/** @example namesText(["a", "b"]) // "a, b" */
export function namesText(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_MAX).join(", ");
  return names.length > NAMES_MAX ? `${shown} and ${names.length - NAMES_MAX} more` : shown;
}

/** A duration in the largest unit that keeps it readable. @example durationText(5_400_000) // "90 min" */
export function durationText(duration_ms: number): string {
  const minutes = Math.round(duration_ms / 60_000);
  if (minutes < 1) return `${Math.max(0, Math.round(duration_ms / 1_000))} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
