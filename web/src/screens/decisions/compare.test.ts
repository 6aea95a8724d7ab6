import { describe, expect, it } from "vitest";
import { changedLevels, compareReasons } from "./compare.ts";

const reason = (code: string, observed: string | null = null) => ({
  code,
  rule: "levels",
  observed,
  limit: null,
  sentence: `${code} ${observed ?? ""}`,
});
const level = (amount: string) => ({ text: "5%", amount: { amount, asset: "USDT" }, share_percent: "5" });
const levels = (low: string) => ({
  emergency_low: level("2"),
  low: level(low),
  target: level("10"),
  high: level("15"),
  emergency_high: level("20"),
  floor: null,
});

describe("the reasons of two decisions", () => {
  it("are new, gone, the same, or the same rule on other figures", () => {
    const changes = compareReasons(
      [reason("below_low", "4 %"), reason("needs_quorum"), reason("route_chosen")],
      [reason("below_low", "5 %"), reason("needs_quorum"), reason("cooling_down")],
    );
    expect(changes.map(({ change, reason: { code } }) => `${change} ${code}`)).toEqual([
      "other below_low",
      "same needs_quorum",
      "new route_chosen",
      "gone cooling_down",
    ]);
    expect(changes[0]?.before?.observed).toBe("5 %");
  });

  it("count one for one when a code stands twice", () => {
    const changes = compareReasons([reason("capped", "a"), reason("capped", "b")], [reason("capped", "a")]);
    expect(changes.map(({ change }) => change)).toEqual(["same", "new"]);
  });
});

describe("levels", () => {
  it("are named when they moved, and only when both are known", () => {
    expect(changedLevels(levels("5"), levels("4"))).toEqual(["low"]);
    expect(changedLevels(levels("5"), levels("5"))).toEqual([]);
    expect(changedLevels(levels("5"), null)).toEqual([]);
  });
});
