import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Ratio, ratio } from "../money/index.ts";
import {
  checkLevels,
  crossingOf,
  LEVEL_PROFILES,
  type Levels,
  levelsOf,
  nextStage,
  type Stage,
  stageAt,
} from "./index.ts";
import { LEVEL_NAMES } from "./levels.ts";

const LEVELS = LEVEL_PROFILES["ltv-60-70-80-90"];
const ppm = (parts: number): Ratio => ratio(BigInt(parts), 1_000_000n);
const ltv = (parts: number) => ({ state: "ratio" as const, ratio: ppm(parts) });
/** The stage and the notices of a walk over LTVs in parts per million. */
function walk(start: Stage, steps: readonly number[], levels: Levels = LEVELS) {
  let stage = start;
  const notices: string[] = [];
  for (const step of steps) {
    const to = nextStage(stage, ltv(step), levels);
    const crossing = crossingOf(stage, to, levels);
    if (crossing) notices.push([crossing.from, crossing.to, ...crossing.skipped].join(" "));
    stage = to;
  }
  return { stage, notices };
}

describe("stage", () => {
  it.each([
    [600_000, "sound"],
    [600_001, "initial"],
    [699_999, "initial"],
    [700_000, "warning"],
    [799_999, "warning"],
    [800_000, "margin_call"],
    [899_999, "margin_call"],
    [900_000, "liquidation"],
    [1_390_000, "liquidation"],
  ])("at %d ppm is %s", (parts, stage) => {
    expect(stageAt(ltv(parts), LEVELS)).toBe(stage);
    expect(nextStage("sound", ltv(parts), LEVELS)).toBe(stage);
  });

  it("ends a level only below its release", () => {
    expect(walk("margin_call", [799_999, 750_000]).notices).toEqual([]);
    expect(walk("margin_call", [749_999]).notices).toEqual(["margin_call warning"]);
    expect(walk("liquidation", [849_999, 750_000]).stage).toBe("margin_call");
    expect(walk("initial", [550_001]).stage).toBe("initial");
    expect(walk("initial", [550_000]).stage).toBe("sound");
  });

  it("gives one notice for a faster fall and names what it skipped; the same on the way back", () => {
    expect(walk("sound", [950_000]).notices).toEqual(["sound liquidation initial warning margin_call"]);
    expect(walk("liquidation", [500_000]).notices).toEqual(["liquidation sound initial warning margin_call"]);
  });

  it("rings once on a noisy price", () => {
    const noise = Array.from({ length: 200 }, (_, step) => 800_000 + (step % 2 === 0 ? 9_000 : -9_000));
    expect(walk("warning", noise).notices).toEqual(["warning margin_call"]);
  });

  it("knows no loan and no collateral", () => {
    expect(nextStage("liquidation", { state: "no_loan" }, LEVELS)).toBe("sound");
    expect(nextStage("sound", { state: "no_collateral" }, LEVELS)).toBe("liquidation");
  });

  it("never names a level that the profile does not have", () => {
    const levels = LEVEL_PROFILES["cvl-140-125-105"];
    expect(walk("sound", [960_000], levels).notices).toEqual(["sound liquidation initial margin_call"]);
    expect(walk("sound", [799_999, 800_000], levels).notices).toEqual(["sound initial", "initial margin_call"]);
  });

  it("moves back over a level only after the LTV moved by the release distance", () => {
    const steps = fc.array(fc.integer({ min: 400_000, max: 1_100_000 }), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (parts) => {
        let stage: Stage = "sound";
        const reached = new Map<string, number>();
        for (const part of parts) {
          const to = nextStage(stage, ltv(part), LEVELS);
          const [before, after] = [LEVEL_NAMES.indexOf(stage as never), LEVEL_NAMES.indexOf(to as never)];
          for (const name of LEVEL_NAMES.slice(before + 1, after + 1)) reached.set(name, part);
          for (const name of LEVEL_NAMES.slice(after + 1, before + 1)) {
            const level = { initial: 600_000, warning: 700_000, margin_call: 800_000, liquidation: 900_000 }[name];
            expect(level - part).toBeGreaterThanOrEqual(50_000);
            expect(reached.get(name)).toBeGreaterThanOrEqual(level);
          }
          stage = to;
        }
      }),
    );
  });
});

describe("levels", () => {
  it("takes a facility's own over the book's", () => {
    expect(levelsOf(LEVELS, { liquidation: ppm(950_000) }).liquidation).toEqual(ppm(950_000));
    for (const profile of Object.values(LEVEL_PROFILES)) expect(() => checkLevels(profile)).not.toThrow();
  });

  it.each([
    ["equal", { warning: ppm(800_000) }],
    ["falling", { margin_call: ppm(950_000) }],
    ["above 100 %", { liquidation: ppm(1_000_001) }],
    ["without a release", { release: ppm(0) }],
    ["released below zero", { release: ppm(600_000) }],
    ["of zero", { initial: ppm(0) }],
  ])("refuses levels that are %s", (_, own) => {
    expect(() => levelsOf(LEVELS, own)).toThrow(expect.objectContaining({ code: "credit_levels_out_of_order" }));
  });
});
