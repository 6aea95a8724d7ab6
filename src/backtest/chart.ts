/** Two kinds of chart as SVG text. Long series are drawn by the extremes of each pixel column, so no peak is lost. */

export interface ChartSeries {
  readonly label: string;
  readonly colour: string;
  readonly values: Float64Array;
}

export interface ChartAxis {
  readonly start_ms: number;
  readonly step_ms: number;
}

const WIDTH = 1_000;
const HEIGHT = 220;
const LEFT = 70;
const BOTTOM = 24;
const COLUMNS = 900;
const BAR = 26;
const TICKS = 4;

export function lineChart(series: readonly ChartSeries[], axis: ChartAxis): string {
  const all = series.map(({ values }) => thin(values));
  const top = Math.max(1e-9, ...all.flat().map(({ high }) => high));
  const bottom = Math.min(0, ...all.flat().map(({ low }) => low));
  const y = (value: number): number =>
    round(HEIGHT - BOTTOM - ((value - bottom) / (top - bottom)) * (HEIGHT - BOTTOM - 10));
  const lines = series.map(({ colour }, at) => {
    const points = all[at] ?? [];
    const x = (i: number): number => round(LEFT + (i / Math.max(1, points.length - 1)) * (WIDTH - LEFT - 10));
    const path = points.map(
      ({ low, high }, i) => `${i === 0 ? "M" : "L"}${x(i)},${y(high)}${low === high ? "" : `L${x(i)},${y(low)}`}`,
    );
    return `<path d="${path.join("")}" fill="none" stroke="${colour}" stroke-width="1.3"/>`;
  });
  const grid = Array.from({ length: TICKS + 1 }, (_, i) => bottom + ((top - bottom) * i) / TICKS).map(
    (value) =>
      `<line x1="${LEFT}" x2="${WIDTH - 10}" y1="${y(value)}" y2="${y(value)}" stroke="#e5e7eb"/>${text(LEFT - 6, y(value) + 4, figure(value), "end")}`,
  );
  const steps = series[0]?.values.length ?? 0;
  const times = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = Math.round(share * Math.max(0, steps - 1));
    const x = LEFT + share * (WIDTH - LEFT - 10);
    return text(x, HEIGHT - 6, timeText(axis, at), share === 1 ? "end" : "start");
  });
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT + 20}" role="img">${grid.join("")}${lines.join("")}${times.join("")}${legend(series, HEIGHT + 14)}</svg>`;
}

/** Stacked horizontal bars, one per label. */
export function barChart(
  labels: readonly string[],
  parts: readonly { label: string; colour: string; values: readonly number[] }[],
): string {
  const sums = labels.map((_, at) => parts.reduce((sum, part) => sum + (part.values[at] ?? 0), 0));
  const most = Math.max(1e-9, ...sums);
  const left = 170;
  const bars = labels.map((label, at) => {
    let x = left;
    const pieces = parts.map((part) => {
      const width = ((part.values[at] ?? 0) / most) * (WIDTH - left - 90);
      const piece = `<rect x="${round(x)}" y="${at * (BAR + 8)}" width="${round(width)}" height="${BAR}" fill="${part.colour}"/>`;
      x += width;
      return piece;
    });
    return `${text(left - 8, at * (BAR + 8) + 18, label, "end")}${pieces.join("")}${text(x + 6, at * (BAR + 8) + 18, figure(sums[at] ?? 0), "start")}`;
  });
  const height = labels.length * (BAR + 8) + 26;
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img">${bars.join("")}${legend(parts, height - 8)}</svg>`;
}

function thin(values: Float64Array): { low: number; high: number }[] {
  const per = Math.max(1, Math.ceil(values.length / COLUMNS));
  const columns: { low: number; high: number }[] = [];
  for (let from = 0; from < values.length; from += per) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const value of values.subarray(from, from + per)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    columns.push({ low, high });
  }
  return columns;
}

function legend(series: readonly { label: string; colour: string }[], y: number): string {
  return series
    .map(
      ({ label, colour }, at) =>
        `<rect x="${LEFT + at * 190}" y="${y - 9}" width="12" height="10" fill="${colour}"/>${text(LEFT + at * 190 + 18, y, label, "start")}`,
    )
    .join("");
}

function text(x: number, y: number, value: string, anchor: "start" | "end"): string {
  const safe = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${round(x)}" y="${round(y)}" font-size="12" fill="#374151" text-anchor="${anchor}">${safe}</text>`;
}

function timeText({ start_ms, step_ms }: ChartAxis, at: number): string {
  const instant = start_ms + at * step_ms;
  // A file that counts its rows begins at zero; its steps are shown as they are counted.
  if (start_ms < 1e11) return `${Math.round(instant / step_ms)}`;
  return new Date(instant).toISOString().slice(0, 16).replace("T", " ");
}

function figure(value: number): string {
  const size = Math.abs(value);
  const [by, unit] = size >= 1e9 ? [1e9, " bn"] : size >= 1e6 ? [1e6, " m"] : size >= 1e3 ? [1e3, " k"] : [1, ""];
  return `${Math.round((value / by) * 10) / 10}${unit}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
