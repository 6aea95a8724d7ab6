/**
 * How much to order at once. Both are distances above the reorder point, in the unit of the forecast.
 * Lot up: max of the Miller-Orr spread (3 K sigma^2 / 4 h)^(1/3) (QJE 80, 1966) and the Baumol-Tobin lot sqrt(2 K mu / h).
 * Gap down: the same two for sweeps, with the fee of a sweep and the drift in. Fees differ thirty-fold between the two
 * directions, so each has its own.
 */

/** `drift` is the net flow per step against which the lot works, `sigma` its deviation; `exposure` the share lost per step. */
export function lotSize(fee: number, sigma: number, drift: number, exposure: number, lot_max: number): number {
  if (!(exposure > 0)) return lot_max;
  const spread = Math.cbrt((0.75 * fee * sigma * sigma) / exposure);
  const lot = Math.sqrt((2 * fee * Math.max(0, drift)) / exposure);
  return Math.min(Math.max(spread, lot), lot_max);
}
