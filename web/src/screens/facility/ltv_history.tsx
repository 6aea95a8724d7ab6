/** Loan to value over time, as far as the log names it: at every crossing, and now. */
import type { ReactNode } from "react";
import { useNow } from "../../api/clock.tsx";
import type { EventView, Facility } from "../../api/types.ts";
import { Chart, type ChartData } from "../../widgets/chart.tsx";
import { Panel } from "../../widgets/panel.tsx";
import { type LtvPoint, ltvPoints } from "./call_story.ts";

const POINTS_MIN = 2;
const FULL = 100;
const HEADROOM = 1.05;

interface Props {
  readonly facility: Facility;
  readonly events: readonly EventView[];
}

export function LtvHistory({ facility, events }: Props): ReactNode {
  const now = useNow();
  const { ltv } = facility;
  const told = ltvPoints(events);
  const points =
    ltv.state === "ratio" && ltv.percent !== null ? [...told, { at: now / 1_000, ltv: Number(ltv.percent) }] : told;
  if (told.length < POINTS_MIN) return null;
  const crossings = told.length === 1 ? "1 crossing" : `${told.length} crossings`;
  return (
    <Panel title="Loan to value at each crossing" fill className="min-h-60">
      <Chart
        data={chartOf(points, facility.levels)}
        summary={`Loan to value of ${facility.reference} at ${crossings}, and now`}
      />
    </Panel>
  );
}

/** For drawing alone. */
function chartOf(points: readonly LtvPoint[], levels: Facility["levels"]): ChartData {
  const xs = points.map(({ at }) => at);
  const ys = points.map(({ ltv }) => ltv);
  const [first = 0] = xs;
  const last = Math.max(xs.at(-1) ?? 0, first + 1);
  const yMax = Math.max(FULL, ...ys) * HEADROOM;
  const lines = [
    ["initial", levels.initial, "--ok-fill"],
    ["warning", levels.warning, "--watch-fill"],
    ["margin call", levels.margin_call, "--breach-fill"],
    ["liquidation", levels.liquidation, "--breach-fill"],
  ] as const;
  return {
    ...{ xs, ys, bands: [], marks: [], time: true, xRange: [first, last], yMax },
    lines: lines.flatMap(([name, at, color]) => (at === null ? [] : [{ at: Number(at), color, name }])),
  };
}
