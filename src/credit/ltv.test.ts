import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRatios, percent, ratio } from "../money/index.ts";
import {
  collateralValue,
  cvlPercent,
  exactValue,
  fromCvl,
  ltvFrom,
  ltvOf,
  printLtv,
  requiredCollateral,
} from "./index.ts";
import { anyHaircut, anyPrice, at, BTC, btc, btcAt, cents, heldBtc, usd } from "./suite.ts";

const cvl = (value: bigint, owed: bigint): bigint | null => cvlPercent(ltvFrom(owed, ratio(value, 1n)));

describe("loan to value", () => {
  it("truncates collateral to value to whole percent", () => {
    expect(cvl(124_999n, 100_000n)).toBe(124n);
    expect(cvl(125_999n, 100_000n)).toBe(125n);
    expect(cvl(130_999n, 100_000n)).toBe(130n);
    expect(cvl(131_000n, 100_000n)).toBe(131n);
  });

  it.each([
    ["60", "166.67"],
    ["70", "142.86"],
    ["80", "125.00"],
    ["90", "111.12"],
  ])("is the reciprocal of collateral to value: %s %% is %s %%", (ltv, as_cvl) => {
    const { num, den } = percent(ltv);
    expect(printLtv({ state: "ratio", ratio: ratio(den, num) }, 2)).toBe(as_cvl);
  });

  it.each([
    [140n, "71.43"],
    [125n, "80.00"],
    [105n, "95.24"],
  ])("reads the profile of collateral to value %s", (level, as_ltv) => {
    expect(printLtv({ state: "ratio", ratio: fromCvl(level) }, 2)).toBe(as_ltv);
  });

  it("names what has no ratio", () => {
    expect(ltvOf(0n, [heldBtc("1")], btcAt("60000"))).toEqual({ state: "no_loan" });
    expect(ltvOf(0n, [], new Map())).toEqual({ state: "no_loan" });
    expect(ltvOf(1n, [], new Map())).toEqual({ state: "no_collateral" });
    expect([cvlPercent({ state: "no_loan" }), cvlPercent({ state: "no_collateral" })]).toEqual([null, 0n]);
    expect(printLtv({ state: "no_collateral" }, 2)).toBeNull();
  });

  it("is exact where the printed figure rounds up", () => {
    const ltv = ltvOf(usd("1"), [heldBtc("1")], btcAt("3"));
    expect(ltv.state === "ratio" && compareRatios(ltv.ratio, ratio(1n, 3n))).toBe(0);
    expect(printLtv(ltv, 2)).toBe("33.34");
  });
});

describe("collateral value", () => {
  it("counts what is left of each asset after its haircut, and rounds the sum down", () => {
    const holdings = [heldBtc("0.5", "10"), { ...heldBtc("2"), asset: { id: "ETH", decimals: 8 } }];
    const prices = new Map([
      ["BTC", at("60000.01")],
      ["ETH", at("3000")],
    ]);
    expect(collateralValue(holdings, prices)).toBe(usd("33000.00"));
    expect(collateralValue([heldBtc("0.00000001")], btcAt("60000"))).toBe(0n);
  });

  it.each([
    ["credit_price_unknown", [heldBtc("1")], new Map()],
    ["credit_price_not_positive", [heldBtc("1")], btcAt("0")],
    ["credit_amount_not_positive", [heldBtc("-1")], btcAt("1")],
    ["credit_haircut_out_of_range", [heldBtc("1", "100")], btcAt("1")],
  ])("refuses %s", (code, holdings, prices) => {
    expect(() => exactValue(holdings, prices)).toThrow(expect.objectContaining({ code }));
  });

  it("needs no price for what is not held", () => {
    expect(collateralValue([heldBtc("0")], new Map())).toBe(0n);
  });

  it("asks for the fewest units that carry the loan, and never for one too few", () => {
    fc.assert(
      fc.property(cents, anyPrice, anyHaircut, fc.bigInt({ min: 1n, max: 100n }), (owed, price, haircut, points) => {
        const level = ratio(points, 100n);
        const prices = new Map([["BTC", price]]);
        const units = requiredCollateral(owed, level, { asset: BTC, haircut }, price);
        const within = (held: bigint): boolean => {
          const ltv = ltvOf(owed, [{ asset: BTC, units: held, haircut }], prices);
          return ltv.state === "ratio" && compareRatios(ltv.ratio, level) <= 0;
        };
        expect([within(units), within(units - 1n)]).toEqual([true, false]);
      }),
    );
    expect(requiredCollateral(usd("37500"), percent("60"), heldBtc("0"), at("62500"))).toBe(btc("1"));
    expect(requiredCollateral(0n, percent("60"), heldBtc("0"), at("1"))).toBe(0n);
    expect(() => requiredCollateral(1n, percent("0"), heldBtc("0"), at("1"))).toThrow(/target/);
  });
});
