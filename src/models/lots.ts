/**
 * How much to order at once. All are distances above the reorder point, in the unit of the forecast.
 * Lot up: max of the Miller-Orr spread (3 K sigma^2 / 4 h)^(1/3) (QJE 80, 1966) and the Baumol-Tobin lot sqrt(2 K mu / h).
 * Where the day has a shape, the drift is not one number: `cycleLot` takes the lot from the expected flows themselves.
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

/**
 * Lot that covers the expected need of the cycle whose cost per step is least (Silver and Meal, Production and Inventory
 * Management 14, 1973): min over n of (K + h * held) / n. The need after j steps is c_j = max(0, c_{j-1} + expected outflow):
 * what flows in beyond the lot is swept, so it serves no later step and costs nothing. `expected`: net outflow per step.
 */
export function cycleLot(fee: number, exposure: number, expected: Float64Array): number {
  let [need, deepest, sum, lot] = [0, 0, 0, 0];
  let cost_min = Number.POSITIVE_INFINITY;
  for (let steps = 1; steps <= expected.length; steps += 1) {
    need = Math.max(0, need + (expected[steps - 1] ?? 0));
    sum += need;
    deepest = Math.max(deepest, need);
    const cost = (fee + exposure * (steps * deepest - sum)) / steps;
    if (cost >= cost_min) continue;
    cost_min = cost;
    lot = deepest;
  }
  return lot;
}
