/** The ratio gauge: the band drawn in, the levels named, the needle where the liquidity side stands. */
import type { ReactNode } from "react";
import type { Band, LevelSet } from "../api/types.ts";
import { formatPercent } from "../format/amount.ts";
import { drawnFraction } from "../format/decimal.ts";
import { bandGeometry, labelled, scaleEnd } from "./band_geometry.ts";
import { Needle } from "./needle.tsx";
import { BANDS } from "./words.ts";

const ZONE_FILL: Readonly<Record<Exclude<Band, "unknown">, string>> = {
  emergency_low: "var(--breach-fill)",
  low: "var(--watch-fill)",
  inside: "var(--ok-fill)",
  high: "var(--watch-fill)",
  emergency_high: "var(--breach-fill)",
};

const TOP = 14;
const BAR = 14;
const HEIGHT = 46;

interface Props {
  readonly levels: LevelSet;
  readonly share: string | null;
  readonly band: Band;
  /** Another needle, hollow: where it would stand after the move. */
  readonly after?: string | null;
  readonly label: string;
}

export function BandBar({ levels, share, band, after = null, label }: Props): ReactNode {
  const end = scaleEnd(levels, share);
  const { ticks, zones } = bandGeometry(levels, end);
  const named = labelled(ticks);
  const text = share === null ? "not known" : `${formatPercent(share)}, ${BANDS[band].word.toLowerCase()}`;
  return (
    <div>
      <meter
        className="sr-only"
        aria-label={label}
        min={0}
        max={Number(end)}
        value={share === null ? 0 : Number(share)}
        aria-valuetext={text}
      />
      <svg width="100%" height={HEIGHT} aria-hidden="true" className="block overflow-visible">
        {zones.map((zone) => (
          <rect
            key={zone.band}
            x={`${zone.from}%`}
            width={`${zone.to - zone.from}%`}
            y={TOP}
            height={BAR}
            fill={ZONE_FILL[zone.band]}
            fillOpacity={zone.band === "inside" ? 0.42 : 0.26}
          />
        ))}
        {ticks.map((tick) => (
          <g key={tick.name}>
            <title>{`${tick.name} ${tick.share} %`}</title>
            <line
              x1={`${tick.at}%`}
              x2={`${tick.at}%`}
              y1={TOP - (tick.name === "target" ? 3 : 0)}
              y2={TOP + BAR + 4}
              stroke="var(--muted)"
              strokeWidth={tick.name === "target" ? 2 : 1}
            />
            {named.includes(tick) && (
              <text x={`${tick.at}%`} y={HEIGHT - 3} textAnchor="middle" fontSize={10.5} fill="var(--muted)">
                {shortPercent(tick.share)}
              </text>
            )}
          </g>
        ))}
        {after !== null && <Needle at={positionOf(after, end)} top={TOP} bar={BAR} hollow />}
        {share !== null && <Needle at={positionOf(share, end)} top={TOP} bar={BAR} />}
      </svg>
    </div>
  );
}

function positionOf(share: string, end: string): number {
  return drawnFraction(share, end) * 100;
}

/** Next to each other there is room for one decimal; the title has them all. */
function shortPercent(share: string): string {
  return formatPercent(share).replace(/(?:\.0)?\u00a0%$/, "%");
}
