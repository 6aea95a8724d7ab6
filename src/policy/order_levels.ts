/**
 * The five levels in strict order. A level that follows a forecast gives way to those that people wrote as fixed: the fixed ones
 * are the rails, and no forecast moves anything past them. Only fixed levels can be out of order.
 */
import { maxOf, minOf } from "../money/index.ts";

export interface LooseLevel {
  readonly units: bigint;
  /** Follows a forecast. */
  readonly dynamic: boolean;
}

export type OrderOutcome =
  /** `held`: indexes of the levels that a rail keeps from where the forecast wants them. */
  | { readonly ok: true; readonly units: readonly bigint[]; readonly held: readonly number[] }
  /** The first two that cannot both stand; one index twice when a level is below zero. */
  | { readonly ok: false; readonly pair: readonly [number, number] };

/** @example orderLevels([fixed(2n), dynamic(9n), fixed(5n)]) // { ok: true, units: [2n, 4n, 5n], held: [1] } */
export function orderLevels(levels: readonly LooseLevel[]): OrderOutcome {
  let rail = -1;
  for (const [index, level] of levels.entries()) {
    if (level.dynamic) continue;
    const room = BigInt(index - rail);
    const below = rail === -1 ? -1n : (levels[rail]?.units ?? -1n);
    if (level.units - below < room) return { ok: false, pair: [rail === -1 ? index : rail, index] };
    rail = index;
  }
  const units = levels.map((level) => level.units);
  levels.forEach((level, index) => {
    if (level.dynamic) units[index] = maxOf(level.units, index === 0 ? 0n : (units[index - 1] ?? 0n) + 1n);
  });
  for (let index = levels.length - 2; index >= 0; index -= 1) {
    if (levels[index]?.dynamic) units[index] = minOf(units[index] ?? 0n, (units[index + 1] ?? 0n) - 1n);
  }
  return { ok: true, units, held: levels.flatMap((level, index) => (units[index] === level.units ? [] : [index])) };
}
