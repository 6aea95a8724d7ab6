/** Loan to value on its bar: the facility's own levels marked, the needle where it stands; named states where there is no ratio. */
import type { ReactNode } from "react";
import type { Facility, Stage } from "../api/types.ts";
import { formatPercent } from "../format/amount.ts";
import { formatDateTime } from "../format/time.ts";
import { Needle } from "../widgets/needle.tsx";
import { isBeyond, ltvGeometry, positionOf } from "./ltv_geometry.ts";
import { LEVELS, STAGES } from "./words.ts";

const FILL: Readonly<Record<Stage, readonly [string, number]>> = {
  sound: ["var(--ok-fill)", 0.36],
  initial: ["var(--ok-fill)", 0.16],
  warning: ["var(--watch-fill)", 0.3],
  margin_call: ["var(--breach-fill)", 0.26],
  liquidation: ["var(--breach-fill)", 0.58],
};

interface Props {
  readonly facility: Pick<Facility, "ltv" | "levels" | "stage" | "reference">;
  /** Another needle, hollow: where it would stand. Per cent. */
  readonly after?: string | null;
  /** For a page of its own. */
  readonly tall?: boolean;
}

export function LtvBar({ facility, after = null, tall = false }: Props): ReactNode {
  const { ltv, levels } = facility;
  const { marks, zones } = ltvGeometry(levels);
  const top = 12;
  const bar = tall ? 16 : 9;
  const height = top + bar + (tall ? 32 : 14);
  const shown = ltv.percent;
  return (
    <div className="min-w-0">
      <meter
        className="sr-only"
        aria-label={`Loan to value of ${facility.reference}`}
        min={0}
        max={100}
        value={shown === null ? 0 : Number(shown)}
        aria-valuetext={textOf(facility)}
      />
      <svg width="100%" height={height} aria-hidden="true" className="block overflow-visible">
        {zones.map(({ stage, from, to }) => (
          <rect
            key={stage}
            x={`${from}%`}
            width={`${to - from}%`}
            y={top}
            height={bar}
            fill={FILL[stage][0]}
            fillOpacity={shown === null && after === null ? 0.12 : FILL[stage][1]}
          />
        ))}
        {marks.map(({ level, text, at, anchor }) => (
          <g key={level}>
            <title>{`${LEVELS[level]} ${text} % ${levels.measure.toUpperCase()}`}</title>
            <line x1={`${at}%`} x2={`${at}%`} y1={top} y2={top + bar + 2} stroke="var(--muted)" />
            <text x={`${at}%`} y={top + bar + 11} textAnchor={anchor} fontSize={tall ? 11 : 9} fill="var(--muted)">
              {text}
              {tall && "%"}
            </text>
            {tall && (
              <text x={`${at}%`} y={top + bar + 25} textAnchor={anchor} fontSize={10.5} fill="var(--muted)">
                {SHORT[level]}
              </text>
            )}
          </g>
        ))}
        {after !== null && <Needle at={positionOf(after)} top={top} bar={bar} hollow />}
        {shown !== null && <Needle at={positionOf(shown)} top={top} bar={bar} hollow={ltv.state === "unknown"} />}
      </svg>
    </div>
  );
}

const SHORT: Readonly<Record<Exclude<Stage, "sound">, string>> = {
  initial: "initial",
  warning: "warn",
  margin_call: "call",
  liquidation: "sell",
};

function textOf({ ltv, stage, levels }: Props["facility"]): string {
  const { percent, cvl_percent } = ltv;
  if (ltv.state === "no_loan") return "no loan";
  if (ltv.state === "no_collateral") return "no collateral";
  const measured =
    levels.measure === "cvl" && cvl_percent !== null ? `${cvl_percent} % collateral to value` : formatPercent(percent);
  if (ltv.state === "unknown") {
    const since = ltv.unknown_since === null ? "" : ` since ${formatDateTime(ltv.unknown_since)}`;
    return `unknown${since}${percent === null ? "" : `, ${measured} at the last price`}`;
  }
  const beyond = percent !== null && isBeyond(percent) ? ", more is owed than stands behind it" : "";
  return `${measured}, ${STAGES[stage].word.toLowerCase()}${beyond}`;
}
