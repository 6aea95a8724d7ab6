/** The levels of a facility: two profiles, overrides, and the order that must hold. */
import { compareRatios, percent, type Ratio, ratio } from "../money/index.ts";
import { CreditError } from "./errors.ts";
import type { LevelName, Levels, Stage } from "./types.ts";

/** Worst last; the index is the rank of a stage. */
export const STAGES: readonly Stage[] = ["sound", "initial", "warning", "margin_call", "liquidation"];
export const LEVEL_NAMES: readonly LevelName[] = ["initial", "warning", "margin_call", "liquidation"];

export const LEVEL_PROFILES = {
  /** LTV 60 / 70 / 80 / 90 %. */
  "ltv-60-70-80-90": {
    initial: percent("60"),
    warning: percent("70"),
    margin_call: percent("80"),
    liquidation: percent("90"),
    release: percent("5"),
  },
  /** CVL 140 / 125 / 105 %; it knows no warning. */
  "cvl-140-125-105": {
    initial: fromCvl(140n),
    warning: null,
    margin_call: fromCvl(125n),
    liquidation: fromCvl(105n),
    release: percent("2"),
  },
} as const satisfies Record<string, Levels>;

export const rankOf = (stage: Stage): number => STAGES.indexOf(stage);

/** The LTV at which collateral is worth `cvl_percent` of the loan. @example fromCvl(125n) // 80 % */
export function fromCvl(cvl_percent: bigint): Ratio {
  return ratio(100n, cvl_percent);
}

/**
 * The book's levels with a facility's own in their place.
 * @throws CreditError credit_levels_out_of_order
 */
export function levelsOf(base: Levels, own: Partial<Levels> = {}): Levels {
  const levels = { ...base, ...own };
  checkLevels(levels);
  return levels;
}

/** @throws CreditError credit_levels_out_of_order unless 0 < initial < warning < margin_call < liquidation <= 1 and each releases above zero. */
export function checkLevels(levels: Levels): void {
  const present = LEVEL_NAMES.flatMap((name) => {
    const level = levels[name];
    return level === null ? [] : [{ name, level }];
  });
  let below: { name: string; level: Ratio } = { name: "the release distance", level: levels.release };
  if (levels.release.num <= 0n) throw outOfOrder("the release distance must be above zero");
  for (const { name, level } of present) {
    if (level.den <= 0n || compareRatios(level, below.level) <= 0) {
      throw outOfOrder(`${name} must be above ${below.name}`);
    }
    below = { name, level };
  }
  if (compareRatios(below.level, ratio(1n, 1n)) > 0) throw outOfOrder("liquidation may not be above 100 %");
}

/** LTV below which a reached level is over; for `initial` at or below it. */
export function releaseOf(level: Ratio, release: Ratio): Ratio {
  return ratio(level.num * release.den - release.num * level.den, level.den * release.den);
}

function outOfOrder(what: string): CreditError {
  return new CreditError(
    "credit_levels_out_of_order",
    `The levels are out of order: ${what}. They rise strictly: initial, warning, margin call, liquidation.`,
  );
}
