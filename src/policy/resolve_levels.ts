/**
 * Levels as base units of the pool's asset, for one total and one price. Percent and amount levels need no price, so a dead
 * price feed can neither stop nor trigger them.
 *
 * Rounding makes the comparison of integers say exactly what the comparison of fractions would: with trigger `at`, `L >= x`
 * is `L >= ceil(x)` and `L <= x` is `L <= floor(x)`; with `beyond`, `L > x` is `L > floor(x)` and `L < x` is `L < ceil(x)`.
 * Emergency levels must always be passed.
 */
import { divide, type Rounding, shareOf } from "../money/index.ts";
import type { Level, LevelName, PoolPolicy, PriceState, ResolvedLevels } from "./types.ts";
import { LEVEL_NAMES } from "./types.ts";

export type LevelsOutcome =
  | { readonly ok: true; readonly levels: ResolvedLevels }
  /** `levels` names the first one that has no price, or the first pair out of order. */
  | {
      readonly ok: false;
      readonly code: "price_unavailable" | "levels_out_of_order";
      readonly levels: readonly LevelName[];
    };

export interface LevelBasis {
  readonly total: bigint;
  readonly decimals: number;
  readonly price: PriceState | null;
}

/**
 * All five levels, strictly ordered, and the floor (null where it is not set or cannot be priced: it only measures health).
 * @example resolveLevels(policy, { total: 1_000_000n, decimals: 6, price: null })
 */
export function resolveLevels(
  policy: Pick<PoolPolicy, "levels" | "floor" | "trigger">,
  basis: LevelBasis,
): LevelsOutcome {
  const rounding = roundingOf(policy.trigger);
  const resolved: Partial<Record<LevelName, bigint>> = {};
  let below: LevelName | null = null;
  for (const name of LEVEL_NAMES) {
    const units = resolveLevel(policy.levels[name], basis, rounding[name]);
    if (units === null) return { ok: false, code: "price_unavailable", levels: [name] };
    const previous = below === null ? -1n : (resolved[below] ?? 0n);
    if (units <= previous) return { ok: false, code: "levels_out_of_order", levels: below ? [below, name] : [name] };
    resolved[name] = units;
    below = name;
  }
  const floor = policy.floor === null ? null : resolveLevel(policy.floor, basis, "up");
  return { ok: true, levels: { ...(resolved as Record<LevelName, bigint>), floor } };
}

/** Base units of one level, or null when it needs a price and there is no fresh one. */
export function resolveLevel(level: Level, basis: LevelBasis, rounding: Rounding): bigint | null {
  switch (level.kind) {
    case "percent":
      return shareOf(level.share, basis.total, rounding);
    case "amount":
      return level.units;
    case "value":
      return unitsOfValue(level.value, level.currency, basis, rounding);
  }
}

function unitsOfValue(value: bigint, currency: string, basis: LevelBasis, rounding: Rounding): bigint | null {
  const state = basis.price;
  if (state === null || state.status !== "fresh" || state.price === null || state.currency !== currency) return null;
  if (state.price.num <= 0n || state.price.den <= 0n) return null;
  return divide(value * 10n ** BigInt(basis.decimals) * state.price.den, state.price.num, rounding);
}

function roundingOf(trigger: PoolPolicy["trigger"]): Record<LevelName, Rounding> {
  const [low, high]: [Rounding, Rounding] = trigger === "at" ? ["down", "up"] : ["up", "down"];
  return { emergency_low: "up", low, target: "down", high, emergency_high: "down" };
}
