/** The ratio's history as a chart draws it. Shares are positions on a screen here, so they become numbers; amounts do not. */
import type { History } from "../../api/types.ts";
import { compare } from "../../format/decimal.ts";
import { scaleEnd } from "../../widgets/band_geometry.ts";
import type { ChartBand, ChartData, ChartLine } from "../../widgets/chart.tsx";

function share(text: string | null): number | null {
  return text === null ? null : Number(text);
}

export function chartOf(history: History): ChartData {
  const { levels, points } = history;
  const highest = points.reduce<string | null>((top, point) => {
    if (point.share_percent === null) return top;
    return top === null || compare(point.share_percent, top) === 1 ? point.share_percent : top;
  }, null);
  const yMax = Number(scaleEnd(levels, highest));
  return {
    xs: points.map((point) => Date.parse(point.at) / 1_000),
    ys: points.map((point) => share(point.share_percent)),
    bands: bandsOf(history, yMax),
    lines: linesOf(history),
    marks: history.marks.map((mark) => ({
      x: Date.parse(mark.at) / 1_000,
      direction: mark.direction === "reserve_to_liquidity" ? "up" : "down",
    })),
    time: true,
    xRange: [Date.parse(history.from) / 1_000, Date.parse(history.to) / 1_000],
    yMax,
  };
}

function bandsOf({ levels }: History, yMax: number): readonly ChartBand[] {
  const emergencyLow = share(levels.emergency_low.share_percent);
  const low = share(levels.low.share_percent);
  const high = share(levels.high.share_percent);
  const emergencyHigh = share(levels.emergency_high.share_percent);
  const bands: ChartBand[] = [];
  if (emergencyLow !== null) bands.push({ from: 0, to: emergencyLow, color: "--breach-fill", opacity: 0.12 });
  if (low !== null && high !== null) bands.push({ from: low, to: high, color: "--ok-fill", opacity: 0.12 });
  if (emergencyHigh !== null) bands.push({ from: emergencyHigh, to: yMax, color: "--breach-fill", opacity: 0.12 });
  return bands;
}

function linesOf({ levels }: History): readonly ChartLine[] {
  const target = share(levels.target.share_percent);
  return target === null ? [] : [{ at: target, color: "--muted", name: "target" }];
}

/** What the picture says in one sentence. */
export function summaryOf(history: History): string {
  const shares = history.points.flatMap((point) => (point.share_percent === null ? [] : [point.share_percent]));
  const [first] = shares;
  if (first === undefined) return `No history of ${history.asset} yet.`;
  const lowest = shares.reduce((low, value) => (compare(value, low) === -1 ? value : low), first);
  const highest = shares.reduce((high, value) => (compare(value, high) === 1 ? value : high), first);
  const last = shares.at(-1) ?? first;
  const moves = history.marks.length === 1 ? "1 move" : `${history.marks.length} moves`;
  return `Liquidity share of ${history.asset}: now ${last} %, between ${lowest} % and ${highest} %, ${moves}.`;
}
