/** Where the levels and the needle stand on the ratio gauge: positions in per cent of its width, for drawing only. */
import type { Band, LevelSet } from "../api/types.ts";
import { compare, drawnFraction } from "../format/decimal.ts";

export interface BandTick {
  readonly name: string;
  /** The share in per cent, as text. */
  readonly share: string;
  /** 0..100 of the gauge's width. */
  readonly at: number;
}

export interface BandZone {
  readonly band: Exclude<Band, "unknown">;
  readonly from: number;
  readonly to: number;
}

export interface BandGeometry {
  readonly ticks: readonly BandTick[];
  readonly zones: readonly BandZone[];
  readonly target: number | null;
}

const LEVELS = [
  ["emergency_low", "emergency low"],
  ["low", "low"],
  ["target", "target"],
  ["high", "high"],
  ["emergency_high", "emergency high"],
] as const;

/** Ends of the scale to choose from: the first that leaves room behind the highest level and the needle. */
const SCALE_ENDS = ["10", "25", "50", "75", "100"] as const;
const ROOM = 0.94;

/** The scale's end in per cent, as text. */
export function scaleEnd(levels: LevelSet, share: string | null): string {
  const highest = levels.emergency_high.share_percent ?? "100";
  const fits = (end: string, value: string): boolean => compare(value, end) === -1 && drawnFraction(value, end) <= ROOM;
  return SCALE_ENDS.find((end) => fits(end, highest) && (share === null || fits(end, share))) ?? "100";
}

export function bandGeometry(levels: LevelSet, end: string): BandGeometry {
  const ticks = LEVELS.flatMap(([key, name]): BandTick[] => {
    const share = levels[key].share_percent;
    return share === null ? [] : [{ name, share, at: drawnFraction(share, end) * 100 }];
  });
  const at = (name: string): number | undefined => ticks.find((tick) => tick.name === name)?.at;
  const edges = [0, at("emergency low"), at("low"), at("high"), at("emergency high"), 100];
  const bands = ["emergency_low", "low", "inside", "high", "emergency_high"] as const;
  const zones = bands.flatMap((band, index): BandZone[] => {
    const from = edges[index];
    const to = edges[index + 1];
    return from === undefined || to === undefined ? [] : [{ band, from, to }];
  });
  return { ticks, zones, target: at("target") ?? null };
}
