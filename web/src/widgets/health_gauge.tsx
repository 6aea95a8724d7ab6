/** Liquidity health: 100 % at twice the floor; the mark at 50 % is the floor itself. */
import type { ReactNode } from "react";
import { drawnFraction } from "../format/decimal.ts";
import type { Tone } from "./words.ts";

const STROKE: Readonly<Record<Tone, string>> = {
  ok: "var(--ok-fill)",
  watch: "var(--watch-fill)",
  breach: "var(--breach-fill)",
  info: "var(--info)",
  plain: "var(--muted)",
};

const RADIUS = 34;
const LENGTH = Math.PI * RADIUS;
const ARC = `M 6 42 A ${RADIUS} ${RADIUS} 0 0 1 74 42`;

interface Props {
  readonly percent: string | null;
  readonly tone: Tone;
  readonly word: string;
}

export function HealthGauge({ percent, tone, word }: Props): ReactNode {
  const fraction = percent === null ? 0 : drawnFraction(percent, "100");
  return (
    <div>
      <meter
        className="sr-only"
        aria-label="Liquidity health"
        min={0}
        max={100}
        value={Math.round(fraction * 100)}
        aria-valuetext={percent === null ? "no floor is set" : `${percent} per cent, ${word}`}
      />
      <svg width={80} height={46} viewBox="0 0 80 46" aria-hidden="true" fill="none">
        <path d={ARC} stroke="var(--line-strong)" strokeWidth={7} />
        <path d={ARC} stroke={STROKE[tone]} strokeWidth={7} strokeDasharray={`${LENGTH * fraction} ${LENGTH}`} />
        <path d="M40 3v10" stroke="var(--ink)" strokeWidth={1.5} />
      </svg>
    </div>
  );
}
