import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRatios, percent, ratio } from "../money/index.ts";
import { cureOf, ltvOf, mayDisburse } from "./index.ts";
import { anyHaircut, anyPrice, BTC, btc, btcAt, cents, heldBtc, usd } from "./suite.ts";

describe("cure of a margin call", () => {
  it("says what to deposit and what to repay", () => {
    // 80 000 owed on one coin of 103 000: 77.7 %; back to 60 % needs a third of a coin, or 18 200.
    const cure = cureOf(usd("80000"), [heldBtc("1")], percent("60"), [heldBtc("0")], btcAt("103000"));
    expect(cure).toEqual({ repay: usd("18200"), deposits: [{ asset: "BTC", units: btc("0.29449839") }] });
  });

  it("asks for nothing when nothing is missing", () => {
    expect(cureOf(usd("60"), [heldBtc("1")], percent("60"), [heldBtc("0")], btcAt("100"))).toEqual({
      repay: 0n,
      deposits: [{ asset: "BTC", units: 0n }],
    });
  });

  it("is the least that cures, in both ways", () => {
    const points = fc.bigInt({ min: 1n, max: 100n });
    fc.assert(
      fc.property(cents, cents, anyPrice, anyHaircut, points, (owed, units, price, haircut, target_points) => {
        const target = ratio(target_points, 100n);
        const prices = new Map([["BTC", price]]);
        const held = { asset: BTC, units, haircut };
        const cured = (debt: bigint, more: bigint): boolean => {
          const ltv = ltvOf(debt, [{ ...held, units: units + more }], prices);
          return ltv.state === "no_loan" || (ltv.state === "ratio" && compareRatios(ltv.ratio, target) <= 0);
        };
        const cure = cureOf(owed, [held], target, [held], prices);
        const deposit = cure.deposits[0]?.units ?? -1n;
        expect([cured(owed - cure.repay, 0n), cured(owed, deposit)]).toEqual([true, true]);
        if (cure.repay > 0n) expect(cured(owed - cure.repay + 1n, 0n)).toBe(false);
        if (deposit > 0n) expect(cured(owed, deposit - 1n)).toBe(false);
        expect(cure.repay > 0n).toBe(deposit > 0n);
      }),
    );
  });

  it("refuses a target that is none", () => {
    expect(() => cureOf(1n, [], percent("101"), [], new Map())).toThrow(
      expect.objectContaining({ code: "credit_target_out_of_range" }),
    );
  });
});

describe("disbursal", () => {
  it("keeps the loan below the margin level, not at it", () => {
    const draw = (amount: string): boolean =>
      mayDisburse(usd("50"), usd(amount), [heldBtc("1")], percent("80"), btcAt("100"));
    expect([draw("29.99"), draw("30")]).toEqual([true, false]);
    expect(mayDisburse(0n, 1n, [], percent("80"), new Map())).toBe(false);
  });
});
