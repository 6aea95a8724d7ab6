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

/** Where a share stands among the levels, as the gauge draws it; unknown while it, or a level that it needs, is. */
export function bandOfShare(levels: LevelSet, share: string | null): Band {
  if (share === null) return "unknown";
  const against = (name: (typeof LEVELS)[number][0]): -1 | 0 | 1 | null =>
    compare(share, levels[name].share_percent ?? "");
  const [lowest, low, high, highest] = (["emergency_low", "low", "high", "emergency_high"] as const).map(against);
  if (lowest == null || low == null || high == null || highest == null) return "unknown";
  if (lowest !== 1) return "emergency_low";
  if (low !== 1) return "low";
  if (highest !== -1) return "emergency_high";
  return high === -1 ? "inside" : "high";
}

/** Least distance between two labels, in per cent of the gauge's width: what "12.5%" takes of the narrowest gauge. */
const LABEL_GAP = 10;
/** Which label stays where two would overlap. */
const LABEL_ORDER = ["target", "low", "high", "emergency high", "emergency low"];

/** The ticks whose labels fit beside each other; each of the others keeps its line and its title. */
export function labelled(ticks: readonly BandTick[]): readonly BandTick[] {
  const shown: BandTick[] = [];
  for (const tick of ticks.toSorted((a, b) => LABEL_ORDER.indexOf(a.name) - LABEL_ORDER.indexOf(b.name))) {
    if (shown.every(({ at }) => Math.abs(at - tick.at) >= LABEL_GAP)) shown.push(tick);
  }
  return shown;
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
