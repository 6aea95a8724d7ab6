/** A line over time with its band shaded and its marks, drawn by uPlot; beside it the same numbers as a table. */
import { type ReactNode, useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useTheme } from "./theme.ts";

export interface ChartBand {
  readonly from: number;
  readonly to: number;
  /** Name of a colour variable. */
  readonly color: string;
  readonly opacity: number;
}

export interface ChartLine {
  readonly at: number;
  readonly color: string;
  readonly name: string;
}

export interface ChartMark {
  /** Position on the x axis, in its unit. */
  readonly x: number;
  readonly direction: "up" | "down";
}

export interface ChartData {
  /** Seconds since the epoch, or plain hours; rising. */
  readonly xs: readonly number[];
  readonly ys: readonly (number | null)[];
  /** Another line of the same unit, filled: what is missing. */
  readonly second?: readonly (number | null)[];
  readonly bands: readonly ChartBand[];
  readonly lines: readonly ChartLine[];
  readonly marks: readonly ChartMark[];
  readonly time: boolean;
  readonly xRange: readonly [number, number];
  readonly yMax: number;
  /** What the y axis counts; per cent when absent. */
  readonly unit?: string;
}

interface Props {
  readonly data: ChartData;
  /** What the picture says, for those who do not see it. */
  readonly summary: string;
}

/** A canvas keeps the colours it was drawn with, so a change of theme draws it anew. */
export function Chart(props: Props): ReactNode {
  const { resolved } = useTheme();
  return <Canvas key={resolved} {...props} />;
}

function Canvas({ data, summary }: Props): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(data);
  latest.current = data;

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const made = new uPlot(
      options(element, () => latest.current),
      points(latest.current),
      element,
    );
    plot.current = made;
    const watcher = new ResizeObserver(() => made.setSize(sizeOf(element)));
    watcher.observe(element);
    return () => {
      watcher.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, []);

  useEffect(() => {
    plot.current?.setData(points(data));
  }, [data]);

  return (
    <div className="relative min-h-52 flex-1">
      <div ref={box} role="img" aria-label={summary} className="absolute inset-0 overflow-hidden" />
    </div>
  );
}

/** As large as its place; at least one pixel, for a place that is not laid out yet. */
function sizeOf(element: HTMLElement): { width: number; height: number } {
  return { width: Math.max(1, element.clientWidth), height: Math.max(1, element.clientHeight) };
}

function points(data: ChartData): uPlot.AlignedData {
  return [[...data.xs], [...data.ys], ...(data.second ? [[...data.second]] : [])];
}

function options(element: HTMLElement, data: () => ChartData): uPlot.Options {
  const ink = (name: string): string => getComputedColor(element, name);
  const font = "11px 'Inter Variable', Inter, 'SF Pro Text', 'Segoe UI', Roboto, 'Liberation Sans', sans-serif";
  const axis = { stroke: ink("--muted"), font, grid: { stroke: ink("--line"), width: 1 }, ticks: { show: false } };
  const { time, unit, second } = data();
  const waiting = { stroke: ink("--breach-fill"), fill: ink("--breach-soft"), width: 1.5, points: { show: false } };
  return {
    ...sizeOf(element),
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), "UTC"),
    scales: { x: { time, range: () => [...data().xRange] }, y: { range: () => [0, data().yMax] } },
    axes: [
      {
        ...axis,
        size: 26,
        values: (_plot, ticks, _axis, _space, step) => ticks.map((tick) => (time ? timeTick(tick, step) : `${tick} h`)),
      },
      {
        ...axis,
        size: unit === undefined ? 44 : 60,
        values: (_plot, ticks) => ticks.map((tick) => (unit === undefined ? `${tick} %` : shortAmount(tick))),
      },
    ],
    series: [
      {},
      { stroke: ink("--accent"), width: 1.75, points: { show: false }, spanGaps: false },
      ...(second ? [waiting] : []),
    ],
    hooks: {
      drawClear: [(plot) => drawBands(plot, data(), ink)],
      draw: [(plot) => drawMarks(plot, data(), ink)],
    },
    // The last date is centred on the right edge; half of it needs room.
    padding: [8, 24, 0, 0],
  };
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY_SECONDS = 86_400;

/** Days as "21 Nov", what lies between them as "14:00"; UTC. */
function timeTick(seconds: number, step: number): string {
  const at = new Date(seconds * 1_000);
  if (step >= DAY_SECONDS || seconds % DAY_SECONDS === 0) return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
  return at.toISOString().slice(11, 16);
}

/** A tick of an axis, short; the exact amounts stand in the table. */
function shortAmount(tick: number): string {
  return new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(tick);
}

/** Resolves a colour pair to the one in force, in a form that a canvas understands. */
function getComputedColor(element: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

type Ink = (name: string) => string;

function drawBands(plot: uPlot, data: ChartData, ink: Ink): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const band of data.bands) {
    const top = plot.valToPos(Math.min(band.to, data.yMax), "y", true);
    const bottom = plot.valToPos(band.from, "y", true);
    ctx.globalAlpha = band.opacity;
    ctx.fillStyle = ink(band.color);
    ctx.fillRect(bbox.left, top, bbox.width, bottom - top);
  }
  ctx.globalAlpha = 1;
  ctx.lineWidth = devicePixelRatio;
  for (const line of data.lines) {
    const y = Math.round(plot.valToPos(line.at, "y", true)) + 0.5;
    ctx.strokeStyle = ink(line.color);
    ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

function drawMarks(plot: uPlot, data: ChartData, ink: Ink): void {
  const { ctx, bbox } = plot;
  const size = 4.5 * devicePixelRatio;
  const base = bbox.top + bbox.height - size;
  ctx.save();
  for (const mark of data.marks) {
    const x = plot.valToPos(mark.x, "x", true);
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.globalAlpha = 0.35;
    ctx.fillStyle = ink("--ink-2");
    ctx.fillRect(x, bbox.top, Math.max(1, devicePixelRatio * 0.75), bbox.height);
    ctx.globalAlpha = 1;
    ctx.fillStyle = ink(mark.direction === "up" ? "--info" : "--ink-2");
    const tip = mark.direction === "up" ? -size : size;
    ctx.beginPath();
    ctx.moveTo(x, base + tip);
    ctx.lineTo(x - size, base - tip);
    ctx.lineTo(x + size, base - tip);
    ctx.fill();
  }
  ctx.restore();
}
