import { describe, expect, it } from "vitest";
import { type FacilityForm, facilityRequestOf, isComplete, NO_FACILITY, NO_PLEDGE } from "./facility_form.ts";

const FORM: FacilityForm = {
  ...NO_FACILITY,
  ...{ reference: " L-1 ", customer_id: "acme", currency: "USD", principal: "250,000", rate_percent: "11.5" },
  ...{ matures_on: "2026-12-31", reason: "a bridge" },
  collateral: [{ ...NO_PLEDGE, asset: "BTC", expected: "5", return_address: " bc1q " }],
};

describe("a loan as it is typed", () => {
  it("becomes a request that the daemon takes; what is left empty is the configuration's", () => {
    const request = facilityRequestOf(FORM, "ana");
    expect(request).toMatchObject({
      ...{ reference: "L-1", principal: "250000", opening_fee: "0", levels: null, cure_hours: null, schedule: [] },
      collateral: [{ asset: "BTC", expected: "5", return_address: "bc1q", return_memo: null }],
    });
  });

  it("carries own levels in the measure they were typed in, and only those that were", () => {
    const own = { ...FORM, measure: "cvl", initial: "140", margin_call: "125" } as const;
    expect(facilityRequestOf(own, "ana").levels).toEqual({ as: "cvl", initial: "140", margin_call: "125" });
    const due = [{ row: 1, due_on: "2026-06-30", amount: "20 000" }];
    expect(facilityRequestOf({ ...FORM, schedule: due, cure_hours: "12" }, "ana")).toMatchObject({
      ...{ schedule: [{ due_on: "2026-06-30", amount: "20000" }], cure_hours: 12 },
    });
  });

  it("is complete once nothing that people sign is missing", () => {
    expect(isComplete(FORM)).toBe(true);
    const missing: Partial<FacilityForm>[] = [
      ...[{ reference: " " }, { principal: "" }, { matures_on: "" }, { reason: "" }, { collateral: [] }],
      { collateral: [{ ...NO_PLEDGE, asset: "BTC" }] },
      { schedule: [{ row: 1, due_on: "2026-06-30", amount: "" }] },
    ];
    for (const change of missing) expect(isComplete({ ...FORM, ...change })).toBe(false);
  });
});
