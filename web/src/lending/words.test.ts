import { describe, expect, it } from "vitest";
import type { Facility } from "../api/types.ts";
import { ltvWord, standingOf } from "./words.ts";

const loan = (state: Facility["state"], ltv: Facility["ltv"]["state"], stage: Facility["stage"] = "margin_call") =>
  standingOf({ state, stage, ltv: { state: ltv } as Facility["ltv"] }).word;

describe("where a loan stands, in one word", () => {
  it("is its stage while money is owed, and its state otherwise", () => {
    expect(loan("active", "ratio")).toBe("Margin call");
    expect(loan("active", "unknown", "warning")).toBe("Warning");
    expect(loan("active", "no_loan", "sound")).toBe("Active");
    expect(loan("proposed", "no_loan", "sound")).toBe("Proposed");
    expect(loan("defaulted", "no_collateral", "liquidation")).toBe("Defaulted");
  });

  it("names why there is no ratio, and says nothing where there is one", () => {
    expect(ltvWord({ state: "ratio" })).toBeNull();
    expect([
      ltvWord({ state: "no_loan" }),
      ltvWord({ state: "no_collateral" }),
      ltvWord({ state: "unknown" }),
    ]).toMatchObject([...[{ word: "No loan" }, { word: "No collateral" }, { word: "Unknown" }]]);
  });
});
