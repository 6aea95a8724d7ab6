/** What stands on a bar: filled for now, hollow for what would be. */
import type { ReactNode } from "react";

interface Props {
  /** 0..100 of the width. */
  readonly at: number;
  /** Upper edge and height of the bar. */
  readonly top: number;
  readonly bar: number;
  readonly hollow?: boolean;
}

const HALF = 5;
const HEAD = 9;

export function Needle({ at, top, bar, hollow = false }: Props): ReactNode {
  return (
    <svg x={`${at}%`} y={0} overflow="visible" aria-hidden="true">
      <path
        d={`M0 ${top + bar} V${top - 3} L-${HALF} ${top - 3 - HEAD} H${HALF} L0 ${top - 3}`}
        fill={hollow ? "var(--surface)" : "var(--ink)"}
        stroke="var(--ink)"
        strokeWidth={hollow ? 1.5 : 2}
        strokeLinejoin="round"
        strokeDasharray={hollow ? "2 2" : undefined}
      />
    </svg>
  );
}
