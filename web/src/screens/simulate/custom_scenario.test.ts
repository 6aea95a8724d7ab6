import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Custom, FIRST_CUSTOM, RANGES, readCustom, scenarioOf } from "./custom_scenario.ts";

const figure = (name: keyof typeof RANGES) => fc.integer({ min: RANGES[name][0], max: RANGES[name][1] });
const custom: fc.Arbitrary<Custom> = fc.record({
  outflow_percent: figure("outflow_percent"),
  over_hours: figure("over_hours"),
  approval_hours: figure("approval_hours"),
  outage_hours: figure("outage_hours"),
  fee_times: figure("fee_times"),
  stolen_percent: figure("stolen_percent"),
  stolen_from: fc.constantFrom("liquidity" as const, "reserve" as const),
});

describe("a scenario of one's own", () => {
  it("ends where the slider stands and never falls on the way", () => {
    fc.assert(
      fc.property(custom, (form) => {
        const scenario = scenarioOf(form, "mine");
        expect(scenario.curve_ppm).toHaveLength(form.over_hours);
        expect(scenario.curve_ppm.at(-1)).toBe(form.outflow_percent * 10_000);
        expect(scenario.curve_ppm).toEqual([...scenario.curve_ppm].sort((a, b) => a - b));
      }),
    );
  });

  it("leaves evenly, and custody is out from the start", () => {
    const scenario = scenarioOf({ ...FIRST_CUSTOM, outflow_percent: 30, over_hours: 3, outage_hours: 12 }, "mine");
    expect(scenario.curve_ppm).toEqual([100_000, 200_000, 300_000]);
    expect(scenario.custody_outage).toEqual({ from_hour: 0, hours: 12 });
    expect(scenarioOf(FIRST_CUSTOM, "mine").custody_outage).toBeNull();
  });

  it("is read back as it was written, and nothing else is", () => {
    fc.assert(
      fc.property(custom, (form) => {
        expect(readCustom(JSON.parse(JSON.stringify(form)))).toEqual({ ...form });
      }),
    );
    for (const wrong of [null, 7, {}, { ...FIRST_CUSTOM, over_hours: 0 }, { ...FIRST_CUSTOM, fee_times: "2" }]) {
      expect(readCustom(wrong)).toBeNull();
    }
    expect(readCustom({ ...FIRST_CUSTOM, stolen_from: "nobody" })).toBeNull();
  });
});
