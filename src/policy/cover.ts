/** Levels that follow a forecast: which covers a policy names, and what a snapshot says of one. */
import type { Cover, Level, OutflowForecast, PoolPolicy } from "./types.ts";
import { LEVEL_NAMES } from "./types.ts";

/**
 * Every cover of the policy once: what a snapshot's forecast has to answer.
 * @example coversOf(policy) // [{ horizon_ms: 86_400_000, quantile_ppm: 990_000 }]
 */
export function coversOf(policy: Pick<PoolPolicy, "levels" | "floor">): readonly Cover[] {
  const found = new Map<string, Cover>();
  const visit = (level: Level): void => {
    if (level.kind === "max" || level.kind === "min") for (const inner of level.of) visit(inner);
    if (level.kind !== "cover") return;
    const { horizon_ms, quantile_ppm } = level;
    found.set(`${horizon_ms}/${quantile_ppm}`, { horizon_ms, quantile_ppm });
  };
  for (const name of LEVEL_NAMES) visit(policy.levels[name]);
  if (policy.floor !== null) visit(policy.floor);
  return [...found.values()];
}

/** True for a level that a forecast can move. */
export function followsForecast(level: Level): boolean {
  if (level.kind === "max" || level.kind === "min") return level.of.some(followsForecast);
  return level.kind === "cover";
}

/** Base units that the forecast wants covered; null while it does not know. Never below zero: inflow is no reason to hold less. */
export function coverUnits(forecast: OutflowForecast | null, cover: Cover): bigint | null {
  const line = forecast?.covers.find(
    (one) => one.horizon_ms === cover.horizon_ms && one.quantile_ppm === cover.quantile_ppm,
  );
  if (line === undefined) return null;
  return line.units > 0n ? line.units : 0n;
}
