/**
 * The one door between money and statistics. A figure is an estimate in whole units and is never paid; what comes back is rounded
 * up, to the side of more liquidity, and meets the fixed levels of people before it means anything.
 */

/** Digits kept when a figure becomes base units. */
const DIGITS = 6;

/** @example figureOf(1_500_000n, 6) // 1.5 */
export function figureOf(units: bigint, decimals: number): number {
  return Number(units) / 10 ** decimals;
}

/** Zero for what is no figure. @example unitsOf(1.5, 6) // 1_500_000n */
export function unitsOf(figure: number, decimals: number): bigint {
  if (!Number.isFinite(figure) || figure <= 0) return 0n;
  const digits = Math.min(DIGITS, decimals);
  return BigInt(Math.ceil(figure * 10 ** digits)) * 10n ** BigInt(decimals - digits);
}
