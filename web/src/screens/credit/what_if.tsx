/** A fall of all prices, slid by hand: what it would reach, whom, and what sales would leave unpaid. Changes nothing. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { queries } from "../../api/queries.ts";
import type { CreditShock, Facility, Stage } from "../../api/types.ts";
import { formatPercent } from "../../format/amount.ts";
import { isZero } from "../../format/decimal.ts";
import { reachedAt } from "../../lending/shock.ts";
import { STAGES } from "../../lending/words.ts";
import { Badge } from "../../widgets/badge.tsx";
import { Button } from "../../widgets/button.tsx";
import { Data, Panel } from "../../widgets/panel.tsx";
import { Slider } from "../../widgets/slider.tsx";
import { Amount } from "../../widgets/value.tsx";

/** One answer has a point for every per cent, so that sliding asks nobody. */
export const FALL_MAX = 90;
const NAMED_MAX = 6;
const WORST_LAST: readonly Stage[] = ["sound", "initial", "warning", "margin_call", "liquidation"];
const FILL: Readonly<Record<Stage, readonly [string, number]>> = {
  sound: ["var(--ok-fill)", 0.35],
  initial: ["var(--ok-fill)", 0.16],
  warning: ["var(--watch-fill)", 0.45],
  margin_call: ["var(--breach-fill)", 0.4],
  liquidation: ["var(--breach-fill)", 0.85],
};

interface Props {
  readonly facilities: readonly Facility[];
  /** Per cent by which prices fall. */
  readonly fall: number;
  onFall(fall: number): void;
}

export function WhatIf({ facilities, fall, onFall }: Props): ReactNode {
  const shock = useQuery(queries.shock(100 - FALL_MAX, FALL_MAX));
  return (
    <Panel
      title="What if prices fall"
      aside={
        fall > 0 && (
          <Button look="ghost" onClick={() => onFall(0)}>
            Back to now
          </Button>
        )
      }
    >
      <Slider
        label="All collateral falls by"
        value={fall}
        min={0}
        max={FALL_MAX}
        text={`${fall} %`}
        onChange={onFall}
      />
      <Data query={shock} what="The what-if">
        {(data) => <Outcome shock={data} fall={fall} />}
      </Data>
      <Named facilities={facilities} fall={fall} />
    </Panel>
  );
}

function Outcome({ shock, fall }: { readonly shock: CreditShock; readonly fall: number }): ReactNode {
  const point = shock.points[Math.min(fall, shock.points.length - 1)];
  if (point === undefined) return null;
  const { stages } = point;
  return (
    <div className="mt-1">
      <StageChart points={shock.points} fall={fall} />
      <dl className="mt-2 grid grid-cols-[1fr_auto] gap-x-3 gap-y-0.5" aria-live="polite">
        <dt className="text-muted">Called</dt>
        <dd className="num text-right font-medium">{stages.margin_call}</dd>
        <dt className="text-muted">To be sold</dt>
        <dd className="num text-right font-medium">
          {stages.liquidation}
          {!isZero(point.to_liquidate.amount) && (
            <>
              {" "}
              <span className="font-normal text-muted">
                owing <Amount money={point.to_liquidate} />
              </span>
            </>
          )}
        </dd>
        <dt className="text-muted">Worth after haircuts</dt>
        <dd className="text-right">
          <Amount money={point.value} />
        </dd>
        <dt className="text-muted">Sales would leave unpaid</dt>
        <dd className={`text-right font-medium ${isZero(point.expected_shortfall.amount) ? "" : "text-breach"}`}>
          <Amount money={point.expected_shortfall} />
        </dd>
      </dl>
    </div>
  );
}

/** Loans by stage over the fall: a column for each per cent. */
function StageChart({ points, fall }: { readonly points: CreditShock["points"]; readonly fall: number }): ReactNode {
  const most = Math.max(1, ...points.map(({ stages }) => WORST_LAST.reduce((sum, stage) => sum + stages[stage], 0)));
  return (
    <div className="hatched rounded border border-line p-1">
      <svg
        viewBox={`0 0 ${points.length} ${most}`}
        preserveAspectRatio="none"
        width="100%"
        height={72}
        role="img"
        aria-label={`Loans by stage while prices fall by 0 to ${FALL_MAX} per cent; the line stands at ${fall} per cent`}
        className="block"
      >
        {WORST_LAST.map((stage) => (
          <path key={stage} d={areaOf(points, stage, most)} fill={FILL[stage][0]} fillOpacity={FILL[stage][1]} />
        ))}
        <line
          x1={fall + 0.5}
          x2={fall + 0.5}
          y1={0}
          y2={most}
          stroke="var(--ink)"
          strokeWidth={2}
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <div aria-hidden="true" className="num flex justify-between text-2xs text-muted">
        <span>now</span>
        <span>−{FALL_MAX / 2} %</span>
        <span>−{FALL_MAX} %</span>
      </div>
    </div>
  );
}

/** Steps from one per cent to the next: the loans of this stage stand on those of all better ones. */
function areaOf(points: CreditShock["points"], stage: Stage, most: number): string {
  const below = WORST_LAST.slice(0, WORST_LAST.indexOf(stage));
  const countOf = (stages: readonly Stage[], at: number): number =>
    stages.reduce((sum, one) => sum + (points[at]?.stages[one] ?? 0), 0);
  const edge = (stages: readonly Stage[]) =>
    points.map((_point, at) => ({ from: at, to: at + 1, y: most - countOf(stages, at) }));
  const upper = edge([...below, stage]).map(({ from, to, y }) => `L${from} ${y}L${to} ${y}`);
  const lower = edge(below).map(({ from, to, y }) => `L${to} ${y}L${from} ${y}`);
  return `M0 ${most}${upper.join("")}${lower.reverse().join("")}Z`;
}

function Named({ facilities, fall }: Pick<Props, "facilities" | "fall">): ReactNode {
  const reached = reachedAt(facilities, 100 - fall);
  if (fall === 0) return <p className="mt-2 text-xs text-muted">Slide, and the needles in the table move with it.</p>;
  if (reached.length === 0) return <p className="mt-2 text-xs text-muted">Nobody reaches another level.</p>;
  return (
    <ul aria-label="Who reaches another level" className="mt-2 border-t border-line pt-1">
      {reached.slice(0, NAMED_MAX).map(({ facility, stage, ltv }) => (
        <li key={facility.object_id} className="flex items-baseline justify-between gap-2 py-0.5">
          <Link
            href={`/credit/${facility.object_id}`}
            className="inline-flex min-h-6 items-center font-medium hover:underline"
          >
            {facility.reference}
          </Link>
          <span className="num ml-auto text-muted">{formatPercent(ltv)}</span>
          <Badge state={STAGES[stage]} bare />
        </li>
      ))}
      {reached.length > NAMED_MAX && <li className="text-xs text-muted">and {reached.length - NAMED_MAX} more</li>}
    </ul>
  );
}
