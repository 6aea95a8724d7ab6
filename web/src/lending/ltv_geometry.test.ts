import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Facility } from "../api/types.ts";
import { isBeyond, ltvGeometry, positionOf } from "./ltv_geometry.ts";

const LTV: Facility["levels"] = {
  ...{
    initial: "60.00",
    warning: "70.00",
    margin_call: "80.00",
    liquidation: "90.00",
    release: "5.00",
    measure: "ltv",
  },
  cvl: { initial: "166.67", warning: "142.86", margin_call: "125.00", liquidation: "111.12" },
};
const CVL: Facility["levels"] = {
  ...{ initial: "71.43", warning: null, margin_call: "80.00", liquidation: "95.24", release: "2.00", measure: "cvl" },
  cvl: { initial: "140.00", warning: null, margin_call: "125.00", liquidation: "105.00" },
};

describe("ltvGeometry", () => {
  it("marks 60, 70, 80 and 90 where they stand, with a zone for each stage", () => {
    const { marks, zones } = ltvGeometry(LTV);
    expect(marks.map(({ text, at }) => [text, at])).toEqual([
      ["60", 60],
      ["70", 70],
      ["80", 80],
      ["90", 90],
    ]);
    expect(zones.map(({ stage, from, to }) => [stage, from, to])).toEqual([
      ["sound", 0, 60],
      ["initial", 60, 70],
      ["warning", 70, 80],
      ["margin_call", 80, 90],
      ["liquidation", 90, 100],
    ]);
  });

  it("names the levels of a collateral-to-value profile in its own measure, and knows no warning there", () => {
    const { marks, zones } = ltvGeometry(CVL);
    expect(marks.map(({ level, text, at }) => [level, text, Math.round(at * 100) / 100])).toEqual([
      ["initial", "140", 71.43],
      ["margin_call", "125", 80],
      ["liquidation", "105", 95.24],
    ]);
    expect(zones.map(({ stage }) => stage)).toEqual(["sound", "initial", "margin_call", "liquidation"]);
  });

  it("covers the whole bar without a gap, whatever the levels", () => {
    const level = fc.integer({ min: 1, max: 9_999 });
    fc.assert(
      fc.property(fc.uniqueArray(level, { minLength: 4, maxLength: 4 }), (made) => {
        const [initial, warning, margin_call, liquidation] = made
          .sort((a, b) => a - b)
          .map((units) => (units / 100).toFixed(2));
        const levels = { ...LTV, initial, warning, margin_call, liquidation } as Facility["levels"];
        const { zones } = ltvGeometry(levels);
        expect(zones[0]?.from).toBe(0);
        expect(zones.at(-1)?.to).toBe(100);
        for (const [at, zone] of zones.entries()) if (at > 0) expect(zone.from).toBe(zones[at - 1]?.to);
      }),
    );
  });
});

describe("texts of the marks", () => {
  const anchors = (levels: Facility["levels"]) => ltvGeometry(levels).marks.map(({ anchor }) => anchor);

  it("stand under their marks, and apart where two are close", () => {
    expect(anchors(LTV)).toEqual(["middle", "middle", "middle", "middle"]);
    expect(anchors({ ...LTV, initial: "69.00", warning: "72.00" })).toEqual(["end", "start", "middle", "middle"]);
  });
});

describe("the needle", () => {
  it("stays on the bar and says when it does not fit", () => {
    expect([positionOf("0"), positionOf("64.52"), positionOf("250.00")]).toEqual([0, 64.52, 100]);
    expect([isBeyond("100.00"), isBeyond("100.01")]).toEqual([false, true]);
  });
});
