import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Facility } from "../api/types.ts";
import { fallTo, reachedAt, shockedLtv } from "./shock.ts";

const LEVELS = { initial: "60.00", warning: "70.00", margin_call: "80.00", liquidation: "90.00" };
const loan = (reference: string, percent: string | null, stage: Facility["stage"], levels: object = LEVELS): Facility =>
  ({
    reference,
    stage,
    levels,
    ltv: { state: percent === null ? "no_loan" : "ratio", percent },
  }) as unknown as Facility;

describe("shockedLtv", () => {
  it.each([
    ["60.00", 50, "120.00"],
    ["64.52", 100, "64.52"],
    ["33.33", 70, "47.62"],
    ["80.25", 1, "8025.00"],
  ])("%s at %s %% of the price is %s", (ltv, to, after) => {
    expect(shockedLtv(ltv, to)).toBe(after);
  });
});

describe("fallTo", () => {
  it("says how far prices fall until a level", () => {
    expect(fallTo("72.00", "80.00")).toBe("10.0");
    expect(fallTo("0.00", "80.00")).toBe("100.0");
    expect(fallTo("80.00", "80.00")).toBeNull();
    expect(fallTo("95.00", "80.00")).toBeNull();
  });

  it("never says more than is left: a tenth of a point further the level is reached or next to it", () => {
    const points = fc.integer({ min: 1, max: 8_999 }).map((units) => (units / 100).toFixed(2));
    fc.assert(
      fc.property(points, (ltv) => {
        const fall = Number(fallTo(ltv, "90.00"));
        expect(Number(ltv) / (1 - fall / 100)).toBeLessThanOrEqual(90.000001);
      }),
    );
  });
});

describe("reachedAt", () => {
  const book = [
    loan("sound", "48.39", "sound"),
    loan("near", "64.52", "initial"),
    loan("called", "80.25", "margin_call"),
    loan("undrawn", null, "sound"),
    loan("cvl", "64.52", "sound", { initial: "71.43", warning: null, margin_call: "80.00", liquidation: "95.24" }),
  ];
  const named = (to: number) => reachedAt(book, to).map(({ facility, stage }) => `${facility.reference} ${stage}`);

  it("names nobody while nothing falls", () => {
    expect(named(100)).toEqual([]);
  });

  it("names those who reach a worse level, the worst first", () => {
    expect(named(80)).toEqual(["called liquidation", "near margin_call", "cvl margin_call", "sound initial"]);
    expect(named(92)).toEqual(["near warning"]);
  });
});
