/** The simulated path as a chart draws it, by hour. */
import type { LevelSet, WhatIf } from "../../api/types.ts";
import { compare } from "../../format/decimal.ts";
import { scaleEnd } from "../../widgets/band_geometry.ts";
import type { ChartData } from "../../widgets/chart.tsx";

export function pathChart(result: WhatIf, levels: LevelSet): ChartData {
  const steps = result.path.map((step) => step.position.now.share_percent);
  const shares = steps.filter((share) => share !== null);
  const highest = shares.reduce<string | null>(
    (top, value) => (top === null || compare(value, top) === 1 ? value : top),
    null,
  );
  const yMax = Number(scaleEnd(levels, highest));
  const at = (name: "emergency_low" | "low" | "target" | "high"): number | null => {
    const share = levels[name].share_percent;
    return share === null ? null : Number(share);
  };
  const [emergencyLow, low, target, high] = [at("emergency_low"), at("low"), at("target"), at("high")];
  return {
    xs: result.path.map((step) => step.hour),
    ys: steps.map((share) => (share === null ? null : Number(share))),
    bands: [
      ...(emergencyLow === null ? [] : [{ from: 0, to: emergencyLow, color: "--breach-fill", opacity: 0.12 }]),
      ...(low === null || high === null ? [] : [{ from: low, to: high, color: "--ok-fill", opacity: 0.12 }]),
    ],
    lines: target === null ? [] : [{ at: target, color: "--muted", name: "target" }],
    marks: result.moves.map((move) => ({ x: move.lands_hour, direction: move.needs_approval ? "up" : "down" })),
    time: false,
    xRange: [result.path[0]?.hour ?? 0, Math.max(1, result.path.at(-1)?.hour ?? 1)],
    yMax,
  };
}
