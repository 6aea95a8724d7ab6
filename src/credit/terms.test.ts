import { describe, expect, it } from "vitest";
import { percent } from "../money/index.ts";
import { checkDeposit, checkTerms, type FacilityTerms, LEVEL_PROFILES, trustIn } from "./index.ts";
import { at, BTC, btc, ETH, USD, usd } from "./suite.ts";

const BASE = LEVEL_PROFILES["ltv-60-70-80-90"];
const TODAY = 20_000;
const TERMS: FacilityTerms = {
  facility_id: "fac-1",
  currency: USD,
  principal: usd("50000"),
  rate: percent("9"),
  day_count: "actual/365",
  start_day: TODAY,
  maturity_day: TODAY + 365,
  accepted: [{ asset: BTC, haircut: percent("5"), minimum: btc("0.01") }],
  levels: {},
};
const [ACCEPTED] = TERMS.accepted;

describe("terms", () => {
  it("come with the levels that hold", () => {
    expect(checkTerms(TERMS, BASE, TODAY)).toEqual(BASE);
    expect(checkTerms({ ...TERMS, levels: { warning: percent("65") } }, BASE, TODAY).warning).toEqual(percent("65"));
  });

  it.each<[string, Partial<FacilityTerms>]>([
    ["credit_amount_not_positive", { principal: 0n }],
    ["credit_amount_not_positive", { principal: -1n }],
    ["credit_amount_not_positive", { rate: percent("-1") }],
    ["credit_maturity_in_past", { maturity_day: TODAY }],
    ["credit_maturity_in_past", { start_day: TODAY + 400 }],
    ["credit_days_out_of_range", { maturity_day: TODAY + 40_000 }],
    ["credit_levels_out_of_order", { levels: { initial: percent("75") } }],
    ["credit_asset_not_accepted", { accepted: [] }],
    ["credit_duplicate_asset", { accepted: [...TERMS.accepted, ...TERMS.accepted] }],
    ["credit_haircut_out_of_range", { accepted: [{ asset: ETH, haircut: percent("100"), minimum: 0n }] }],
    ["credit_amount_not_positive", { accepted: [{ asset: ETH, haircut: percent("1"), minimum: -1n }] }],
  ])("refuse %s", (code, over) => {
    expect(() => checkTerms({ ...TERMS, ...over }, BASE, TODAY)).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    ["credit_amount_not_positive", "BTC", "0"],
    ["credit_asset_not_accepted", "ETH", "1"],
    ["credit_below_minimum", "BTC", "0.00999999"],
  ])("refuse a deposit: %s", (code, asset, units) => {
    expect(() => checkDeposit(TERMS.accepted, asset, btc(units))).toThrow(expect.objectContaining({ code }));
    expect(checkDeposit(TERMS.accepted, "BTC", btc("0.01"))).toBe(ACCEPTED);
  });
});

describe("trust in a price", () => {
  it.each([
    ["act", "fresh", 3],
    ["warn", "fresh", 2],
    ["warn", "stale", 3],
    ["unknown", "fresh", 1],
    ["unknown", "stale", 1],
    ["unknown", "unavailable", 0],
  ] as const)("is %s for a price that is %s with %d sources", (trust, status, sources) => {
    expect(trustIn({ status, sources, price: at("1") })).toBe(trust);
    expect(trustIn({ status, sources, price: null })).toBe("unknown");
  });
});
