/** A stress test as a chart draws it: what is hot, who waits, and the moves that land. */
import type { Stress } from "../../api/types.ts";
import type { ChartData } from "../../widgets/chart.tsx";

type Report = Stress["pools"][number];

/** Room above the highest point. */
const HEADROOM = 1.08;

/** A level so many times above everything else would press the rest flat; its figure stands above the picture. */
const FAR_TIMES = 3;

/** For drawing alone: a position on the screen, never an amount. */
export function stressChart(report: Report): ChartData {
  const ys = report.path.map(({ liquidity }) => Number(liquidity.amount));
  const second = report.path.map(({ waiting }) => Number(waiting.amount));
  const highest = Math.max(1, ...ys, ...second);
  const wanted = report.least_hot === null ? null : Number(report.least_hot.amount);
  const least = wanted !== null && wanted <= highest * FAR_TIMES ? wanted : null;
  return {
    xs: report.path.map(({ hour }) => hour),
    ys,
    second,
    bands: [],
    lines: least === null ? [] : [{ at: least, color: "--muted", name: "least" }],
    marks: report.trips.map((trip) => ({
      x: trip.lands_hour,
      direction: trip.direction === "to_liquidity" ? "up" : "down",
    })),
    time: false,
    xRange: [0, Math.max(1, report.hours)],
    yMax: Math.max(least ?? 0, highest) * HEADROOM,
    unit: report.start.liquidity.asset,
  };
}
