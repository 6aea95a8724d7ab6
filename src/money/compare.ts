/** The lower and the higher of two integers; `Math.min` and `Math.max` do not take a `bigint`. */

export function minOf(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}

export function maxOf(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}
