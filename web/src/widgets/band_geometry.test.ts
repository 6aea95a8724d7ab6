import { describe, expect, it } from "vitest";
import type { LevelSet } from "../api/types.ts";
import { bandGeometry, bandOfShare, labelled, scaleEnd } from "./band_geometry.ts";

const level = (share: string | null) => ({ text: null, amount: null, share_percent: share });
const LEVELS: LevelSet = {
  emergency_low: level("2.0000"),
  low: level("5.0000"),
  target: level("10.0000"),
  high: level("15.0000"),
  emergency_high: level("20.0000"),
  floor: null,
};

describe("the band of a share", () => {
  it.each([
    ["2.0000", "emergency_low"],
    ["2.0001", "low"],
    ["5.0000", "low"],
    ["5.0001", "inside"],
    ["14.9999", "inside"],
    ["15.0000", "high"],
    ["20.0000", "emergency_high"],
    [null, "unknown"],
  ] as const)("%s %% is %s, as a level that is reached is passed", (share, band) => {
    expect(bandOfShare(LEVELS, share)).toBe(band);
  });

  it("is not known while a level is not", () => {
    expect(bandOfShare({ ...LEVELS, high: level(null) }, "6.0000")).toBe("unknown");
  });
});

describe("labels of the ratio gauge", () => {
  it("all stand where there is room", () => {
    expect(labelled(bandGeometry(LEVELS, "25").ticks)).toHaveLength(5);
  });

  it.each(["25", "50", "75", "100"])("never overlap on a scale to %s %%, and the target has one", (end) => {
    const shown = labelled(bandGeometry(LEVELS, end).ticks);
    const places = shown.map(({ at }) => at).toSorted((a, b) => a - b);
    expect(places.every((at, index) => index === 0 || at - (places[index - 1] ?? 0) >= 10)).toBe(true);
    expect(shown.map(({ name }) => name)).toContain("target");
  });
});

describe("the ratio gauge", () => {
  it("ends where the highest level and the needle still have room", () => {
    expect(scaleEnd(LEVELS, "9.7000")).toBe("25");
    expect(scaleEnd(LEVELS, null)).toBe("25");
    expect(scaleEnd(LEVELS, "24.9000")).toBe("50");
    expect(scaleEnd(LEVELS, "99.0000")).toBe("100");
  });

  it("puts the levels in order and the zones edge to edge", () => {
    const { ticks, zones, target } = bandGeometry(LEVELS, "25");
    expect(ticks.map((tick) => tick.at)).toEqual([8, 20, 40, 60, 80]);
    expect(zones.map((zone) => [zone.from, zone.to])).toEqual([
      [0, 8],
      [8, 20],
      [20, 60],
      [60, 80],
      [80, 100],
    ]);
    expect(target).toBe(40);
  });

  it("draws no zone whose edge is not known", () => {
    const { zones, target } = bandGeometry({ ...LEVELS, low: level(null), target: level(null) }, "25");
    expect(zones.map((zone) => zone.band)).toEqual(["emergency_low", "high", "emergency_high"]);
    expect(target).toBeNull();
  });
});
