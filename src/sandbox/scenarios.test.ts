import { describe, expect, it } from "vitest";
import { isUnderWay, priceFactor, SCENARIO_NAMES, scenarioOf, shareGone } from "./scenarios.ts";

describe("scenarios", () => {
  it("knows five and names them when asked for another", () => {
    expect(SCENARIO_NAMES).toEqual(["calm", "bank-run", "deposit-surge", "btc-crash", "terra-anchor-2022-05"]);
    expect(() => scenarioOf("panic")).toThrow(/choose one of calm, bank-run, deposit-surge/);
  });

  it("goes through the measured points of the run and straight between them", () => {
    const run = scenarioOf("bank-run");
    expect(shareGone(run, 0)).toBe(0);
    expect(shareGone(run, 24)).toBe(0);
    expect(shareGone(run, 36)).toBeCloseTo(0.014, 12);
    expect(shareGone(run, 42)).toBeCloseTo((0.014 + 0.097) / 2, 12);
    expect(shareGone(run, 24 + 144)).toBeCloseTo(0.897, 12);
    expect(shareGone(run, 24 + 1_000)).toBeCloseTo(0.897, 12);
  });

  it("never turns back", () => {
    const run = scenarioOf("bank-run");
    const shares = Array.from({ length: 200 }, (_, hour) => shareGone(run, hour));
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
  });

  it("moves prices along their path, straight between its points, and leaves them where it ends", () => {
    const crash = scenarioOf("btc-crash");
    expect([0, 24, 26, 28].map((hour) => priceFactor(crash, "BTC", hour))).toEqual([1, 1, 0.98, 0.96]);
    expect(priceFactor(crash, "BTC", 10_000)).toBe(priceFactor(crash, "BTC", 24 + 17 * 4));
    expect(priceFactor(crash, "other", 40)).toBe(1);
    expect(priceFactor(scenarioOf("bank-run"), "BTC", 40)).toBe(1);
    const lows = ["btc-crash", "terra-anchor-2022-05"].map((name) =>
      Math.min(...Array.from({ length: 400 }, (_, hour) => priceFactor(scenarioOf(name), "BTC", hour))),
    );
    expect(lows).toEqual([0.69, 0.745]);
  });

  it("is under way between its beginning and its end", () => {
    const run = scenarioOf("bank-run");
    expect([23, 24, 167, 168].map((hour) => isUnderWay(run, hour))).toEqual([false, true, true, false]);
    expect(isUnderWay(scenarioOf("calm"), 10)).toBe(false);
    expect(shareGone(scenarioOf("calm"), 10_000)).toBe(0);
  });
});
