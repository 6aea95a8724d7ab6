import { describe, expect, it } from "vitest";
import { touchedBy, withQuery } from "./queries.ts";

describe("withQuery", () => {
  it("leaves out what is not set and escapes what is", () => {
    expect(withQuery("/v1/audit", {})).toBe("/v1/audit");
    expect(withQuery("/v1/audit", { type: "Stress test", ref: undefined, kind: "" })).toBe(
      "/v1/audit?type=Stress+test",
    );
  });
});

describe("touchedBy", () => {
  it("refreshes the overview and the log on anything", () => {
    expect(touchedBy("something.new")).toEqual(["overview", "audit"]);
  });

  it("refreshes what waits for people when a transfer moves", () => {
    expect(touchedBy("transfer.state")).toContain("approvals");
    expect(touchedBy("approval.voted")).toContain("transfers");
  });

  it("refreshes the loan book on its own events, on prices, and on what moves collateral", () => {
    for (const kind of ["facility.stage", "margin_call.state", "credit.order", "price.state", "transfer.state"]) {
      expect(touchedBy(kind)).toContain("credit");
    }
  });
});
