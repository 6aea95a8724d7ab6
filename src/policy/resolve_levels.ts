/**
 * Levels as base units of the pool's asset, for one total and one price. Percent and amount levels need no price, so a dead
 * price feed can neither stop nor trigger them. Levels that follow a forecast stay between the fixed ones.
 *
 * Rounding makes the comparison of integers say exactly what the comparison of fractions would: with trigger `at`, `L >= x`
 * is `L >= ceil(x)` and `L <= x` is `L <= floor(x)`; with `beyond`, `L > x` is `L > floor(x)` and `L < x` is `L < ceil(x)`.
 * Emergency levels must always be passed.
 */
import { assert } from "../errors/index.ts";
import { divide, maxOf, type Rounding, shareOf } from "../money/index.ts";
import { coverUnits, followsForecast } from "./cover.ts";
import { type LooseLevel, orderLevels } from "./order_levels.ts";
import type { Level, LevelName, OutflowForecast, PoolPolicy, PriceState, ResolvedLevels, Snapshot } from "./types.ts";
import { LEVEL_NAMES } from "./types.ts";

export type Missing = "price_unavailable" | "forecast_unavailable";

export type LevelsOutcome =
  | {
      readonly ok: true;
      readonly levels: ResolvedLevels;
      /** Levels in which a cover that no forecast knows yet was left out of a max or a min. */
      readonly without_forecast: readonly (LevelName | "floor")[];
      /** Levels that the fixed ones keep from where the forecast wants them. */
      readonly held: readonly { readonly name: LevelName; readonly wanted: bigint }[];
    }
  /** `levels` names the first one that has no price, or the first pair out of order. */
  | {
      readonly ok: false;
      readonly code: Missing | "levels_out_of_order";
      readonly levels: readonly LevelName[];
      /** What the pair out of order came to; empty otherwise. */
      readonly units: readonly bigint[];
    };

export type ResolvedOutcome = Extract<LevelsOutcome, { ok: true }>;
export type UnresolvedOutcome = Extract<LevelsOutcome, { ok: false }>;

export interface LevelBasis {
  readonly total: bigint;
  readonly decimals: number;
  readonly price: PriceState | null;
  readonly forecast: OutflowForecast | null;
}

/** What the levels of a snapshot are resolved against; `total` is what the pool holds, or will hold after a fee. */
export function basisOf(snapshot: Pick<Snapshot, "decimals" | "price" | "forecast">, total: bigint): LevelBasis {
  return { total, decimals: snapshot.decimals, price: snapshot.price, forecast: snapshot.forecast };
}

/** What one level came to. `partial`: a cover was left out because no forecast knows it yet. */
export type LevelOutcome =
  | { readonly ok: true; readonly units: bigint; readonly partial: boolean }
  | { readonly ok: false; readonly code: Missing };

/**
 * All five levels, strictly ordered, and the floor (null where it is not set or cannot be priced: it only measures health).
 * @example resolveLevels(policy, { total: 1_000_000n, decimals: 6, price: null })
 */
export function resolveLevels(
  policy: Pick<PoolPolicy, "levels" | "floor" | "trigger" | "model">,
  basis: LevelBasis,
  over: Partial<Record<LevelName, Rounding>> = {},
): LevelsOutcome {
  const rounding = { ...roundingOf(policy.trigger), ...over };
  const loose: LooseLevel[] = [];
  const without_forecast: (LevelName | "floor")[] = [];
  const set_by_model = policy.model?.mode === "live" ? (basis.forecast?.model ?? null) : null;
  for (const name of LEVEL_NAMES) {
    if (set_by_model !== null && isSetByModel(name)) {
      loose.push({ units: maxOf(set_by_model[name], 0n), dynamic: true });
      continue;
    }
    const outcome = resolveLevel(policy.levels[name], basis, rounding[name]);
    if (!outcome.ok) return { ok: false, code: outcome.code, levels: [name], units: [] };
    if (outcome.partial || (policy.model?.mode === "live" && isSetByModel(name))) without_forecast.push(name);
    loose.push({ units: outcome.units, dynamic: followsForecast(policy.levels[name]) });
  }
  const order = orderLevels(loose);
  if (!order.ok) {
    const pair = [...new Set(order.pair)];
    const units = pair.map((index) => loose[index]?.units ?? 0n);
    return { ok: false, code: "levels_out_of_order", levels: pair.map(nameAt), units };
  }
  const floor = policy.floor === null ? null : resolveLevel(policy.floor, basis, "up");
  if (floor?.ok && floor.partial) without_forecast.push("floor");
  const five = Object.fromEntries(order.units.map((units, index) => [nameAt(index), units]));
  const levels = { ...(five as Record<LevelName, bigint>), floor: floor?.ok ? floor.units : null };
  const held = order.held.map((index) => ({ name: nameAt(index), wanted: loose[index]?.units ?? 0n }));
  return { ok: true, levels, without_forecast, held };
}

/** Base units of one level, or which input it lacks. */
export function resolveLevel(level: Level, basis: LevelBasis, rounding: Rounding): LevelOutcome {
  switch (level.kind) {
    case "percent":
      return known(shareOf(level.share, basis.total, rounding));
    case "amount":
      return known(level.units);
    case "value":
      return orMissing(unitsOfValue(level.value, level.currency, basis, rounding), "price_unavailable");
    case "cover":
      return orMissing(coverUnits(basis.forecast, level), "forecast_unavailable");
    case "max":
    case "min":
      return resolveEither(level, basis, rounding);
  }
}

/**
 * A cover that is not known yet is left out, so that the static part of the level rules alone until enough was seen. A missing
 * price is not left out: a person who wrote a value wants it kept.
 */
function resolveEither(
  level: Extract<Level, { kind: "max" | "min" }>,
  basis: LevelBasis,
  rounding: Rounding,
): LevelOutcome {
  let best: bigint | null = null;
  let partial = false;
  for (const operand of level.of) {
    const outcome = resolveLevel(operand, basis, rounding);
    if (!outcome.ok && outcome.code === "price_unavailable") return outcome;
    partial ||= !outcome.ok || outcome.partial;
    if (!outcome.ok) continue;
    const better = best === null || (level.kind === "max" ? outcome.units > best : outcome.units < best);
    if (better) best = outcome.units;
  }
  return best === null ? { ok: false, code: "forecast_unavailable" } : { ok: true, units: best, partial };
}

/** The emergency levels stay as people wrote them. */
function isSetByModel(name: LevelName): name is "low" | "target" | "high" {
  return name === "low" || name === "target" || name === "high";
}

function nameAt(index: number): LevelName {
  const name = LEVEL_NAMES[index];
  assert(name !== undefined, "there are five levels");
  return name;
}

function known(units: bigint): LevelOutcome {
  return { ok: true, units, partial: false };
}

function orMissing(units: bigint | null, code: Missing): LevelOutcome {
  return units === null ? { ok: false, code } : known(units);
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
