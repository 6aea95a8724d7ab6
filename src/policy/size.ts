/**
 * How much to move so that the pool stands at its return point after the fee, which is paid on top by the source:
 *
 *   custody -> hot:  x = point(T - f) - L          hot -> custody:  x = L - f - point(T - f)
 *
 * T: projected total; L: liquidity; f: fee of the move; point: the target, or just inside the nearest edge of the band. The
 * target is rounded so that a move stops short of it by less than one base unit and never crosses it.
 */
import { maxOf, minOf } from "../money/index.ts";
import type { Direction } from "./in_flight.ts";
import { type LevelBasis, resolveLevels } from "./resolve_levels.ts";
import type { PoolPolicy } from "./types.ts";

/** Amount wanted, in base units; zero or less when nothing is. Null when the point has no price. */
export function amountWanted(
  policy: PoolPolicy,
  direction: Direction,
  basis: LevelBasis,
  liquidity: bigint,
  fee: bigint,
): bigint | null {
  const point = returnPoint(policy, direction, { ...basis, total: basis.total - fee });
  if (point === null) return null;
  return direction === "to_liquidity" ? point - liquidity : liquidity - fee - point;
}

/** Where the liquidity side should stand after a move, in base units. */
export function returnPoint(policy: PoolPolicy, direction: Direction, basis: LevelBasis): bigint | null {
  const up = direction === "to_liquidity";
  const outcome = resolveLevels(policy, basis, { target: up ? "down" : "up" });
  if (!outcome.ok) return null;
  const { low, target, high } = outcome.levels;
  if (policy.return_to === "target")
    return up ? target : maxOf(target, minOf(sweepTo(policy, basis) ?? target, high - 1n));
  const inside = policy.trigger === "at" ? 1n : 0n;
  return up ? low + inside : high - inside;
}

/** A model that sets the levels says where a sweep stops. */
function sweepTo({ model }: PoolPolicy, { forecast }: LevelBasis): bigint | null {
  return model?.mode === "live" ? (forecast?.model?.sweep_to ?? null) : null;
}
