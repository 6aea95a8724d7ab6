/** Where the levels and the needle stand on the bar of loan to value: positions in per cent of its width, for drawing only. */
import type { Facility, Stage } from "../api/types.ts";
import { compare, drawnFraction } from "../format/decimal.ts";

type Levels = Facility["levels"];

/** One scale for every bar, so that rows can be compared by eye. */
export const SCALE_END = "100";

export interface LtvMark {
  readonly level: Exclude<Stage, "sound">;
  /** Per cent in the facility's own measure, without trailing zeros. */
  readonly text: string;
  /** 0..100 of the bar's width. */
  readonly at: number;
  /** On which side of the mark its text stands: two that are close stand apart. */
  readonly anchor: "start" | "middle" | "end";
}

export interface LtvZone {
  readonly stage: Stage;
  readonly from: number;
  readonly to: number;
}

export interface LtvGeometry {
  readonly marks: readonly LtvMark[];
  readonly zones: readonly LtvZone[];
}

const NAMES = ["initial", "warning", "margin_call", "liquidation"] as const;

export function ltvGeometry(levels: Levels): LtvGeometry {
  const shown = levels.measure === "cvl" ? levels.cvl : levels;
  const marks = NAMES.flatMap((level): Omit<LtvMark, "anchor">[] => {
    const at = levels[level];
    const text = shown[level];
    return at === null || text === null ? [] : [{ level, text: plainPercent(text), at: positionOf(at) }];
  }).map((mark, index, all) => ({ ...mark, anchor: anchorOf(mark.at, all[index - 1]?.at, all[index + 1]?.at) }));
  const stages: readonly Stage[] = ["sound", ...marks.map(({ level }) => level)];
  const edges = [0, ...marks.map(({ at }) => at), 100];
  return {
    marks,
    zones: stages.map((stage, index) => ({ stage, from: edges[index] ?? 0, to: edges[index + 1] ?? 100 })),
  };
}

/** Nearer than this, in per cent of the width, two texts would lie on each other. */
const CLOSE = 7;

function anchorOf(at: number, before: number | undefined, after: number | undefined): LtvMark["anchor"] {
  const to_left = before !== undefined && at - before < CLOSE;
  const to_right = after !== undefined && after - at < CLOSE;
  if (to_left === to_right) return "middle";
  return to_right ? "end" : "start";
}

/** @example positionOf("64.52") // 64.52 */
export function positionOf(percent: string): number {
  return drawnFraction(percent, SCALE_END) * 100;
}

/** The needle stands at the end of the bar and does not fit on it. */
export function isBeyond(percent: string): boolean {
  return compare(percent, SCALE_END) === 1;
}

/** @example plainPercent("71.40") // "71.4" */
export function plainPercent(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
