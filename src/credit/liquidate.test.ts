import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { percent, printDecimal, type Ratio, ratio } from "../money/index.ts";
import { fromCvl, planLiquidation, type SaleTerms, type Sellable, splitTranches } from "./index.ts";
import { anyHaircut, anyPrice, at, BTC, btc, btcAt, cents, ETH, heldBtc, usd } from "./suite.ts";

const NO_COST: SaleTerms = { discount: percent("0"), fee: percent("0"), fee_fixed: 0n, lot_step: 1n, lot_min: 0n };
const TO_140 = fromCvl(140n);
const sellable = (units: string, over: Partial<SaleTerms> = {}, haircut = "0"): Sellable => ({
  ...heldBtc(units, haircut),
  sale: { ...NO_COST, ...over },
});

describe("liquidation", () => {
  it.each([
    ["62500", "0.3", "18750", "CVL 125"],
    ["52500", "0.83333353", "43750", "CVL 105"],
    ["50000", "1", "50000", "CVL 100"],
  ])("of 50 000 on a coin at %s sells %s for %s (%s)", (price, sold, repaid) => {
    const plan = planLiquidation(usd("50000"), [sellable("1")], TO_140, btcAt(price));
    expect(plan.sales).toMatchObject([{ asset: "BTC", units: btc(sold) }]);
    // Whole cents: one more than the formula where its units do not bring whole cents.
    expect([0n, 1n]).toContain(plan.repaid - usd(repaid));
    expect(plan).toMatchObject({ surplus: 0n, shortfall: { kind: "none" } });
  });

  it("sells all there is and no more when under water, and names what is left", () => {
    const plan = planLiquidation(usd("50000"), [sellable("1")], TO_140, btcAt("45000"));
    expect(plan.sales).toMatchObject([{ units: btc("1"), net: usd("45000") }]);
    expect(plan.shortfall).toEqual({ kind: "uncovered", units: usd("5000") });
  });

  it("sells 20 161.29 with a discount of 2 %, for 19 758.06", () => {
    const plan = planLiquidation(usd("50000"), [sellable("1", { discount: percent("2") })], TO_140, btcAt("62500"));
    const [sale] = plan.sales;
    expect(printDecimal(((sale?.units ?? 0n) * 62_500n) / 10n ** 6n, 2)).toBe("20161.29");
    // 19 758.0645 in the formula.
    expect(printDecimal(plan.repaid, 2)).toBe("19758.07");
    expect(sale?.price_limit).toBe(usd("61250"));
    expect(plan.shortfall).toEqual({ kind: "none" });
  });

  it("takes fees into the amount: what is repaid is what arrives", () => {
    const costly = { fee: percent("1"), fee_fixed: usd("25") };
    const plan = planLiquidation(usd("50000"), [sellable("1", costly)], TO_140, btcAt("62500"));
    const units = plan.sales[0]?.units ?? 0n;
    expect(plan.repaid).toBe((units * 6_250_000n * 99n) / 10n ** 10n - usd("25"));
    expect(plan.shortfall.kind).toBe("none");
  });

  it("returns what a whole lot brings above the debt", () => {
    const plan = planLiquidation(usd("50"), [sellable("1", { lot_min: btc("1") })], percent("60"), btcAt("80"));
    expect(plan).toMatchObject({ repaid: usd("50"), surplus: usd("30"), outstanding_after: 0n });
  });

  it("leaves to people what costs more to sell than it helps", () => {
    const plan = planLiquidation(usd("65"), [sellable("1", { discount: percent("50") })], percent("60"), btcAt("100"));
    expect(plan).toMatchObject({ sales: [], shortfall: { kind: "unsellable", units: usd("5") } });
  });

  it("leaves what is too small to sell, and says so", () => {
    const plan = planLiquidation(usd("90"), [sellable("0.5", { lot_min: btc("1") })], percent("60"), btcAt("100"));
    expect(plan).toMatchObject({ sales: [], shortfall: { kind: "unsellable", units: usd("60") } });
    const fee = planLiquidation(usd("90"), [sellable("1", { fee_fixed: usd("200") })], percent("60"), btcAt("100"));
    expect(fee.sales).toEqual([]);
  });

  it("sells nothing at or under the target", () => {
    expect(planLiquidation(usd("60"), [sellable("1")], percent("60"), btcAt("100")).sales).toEqual([]);
    expect(planLiquidation(0n, [sellable("1")], percent("60"), btcAt("100")).sales).toEqual([]);
  });

  it("goes on to the next asset when the first does not do", () => {
    const ether: Sellable = { asset: ETH, units: 10n ** 18n, haircut: percent("20"), sale: NO_COST };
    const prices = new Map([
      ["BTC", at("100")],
      ["ETH", at("50")],
    ]);
    const plan = planLiquidation(usd("120"), [sellable("0.9"), ether], percent("60"), prices);
    expect(plan.sales.map((sale) => sale.asset)).toEqual(["BTC", "ETH"]);
    expect(plan.shortfall.kind).toBe("none");
  });

  it("refuses a lot without a step", () => {
    expect(() => planLiquidation(1n, [sellable("1", { lot_step: 0n })], percent("60"), btcAt("1"))).toThrow(
      expect.objectContaining({ code: "credit_lot_malformed" }),
    );
  });
});

const part = fc.integer({ min: 0, max: 60 }).map((points): Ratio => ratio(BigInt(points), 100n));
const anySale = fc.record<SaleTerms>({
  discount: part,
  fee: part,
  fee_fixed: fc.bigInt({ min: 0n, max: 5_000n }),
  lot_step: fc.constantFrom(1n, 10n, 1_000n),
  lot_min: fc.bigInt({ min: 0n, max: 10_000n }),
});
const anyHolding = fc.record({ asset: fc.constant(BTC), units: cents, haircut: anyHaircut, sale: anySale });

describe("every liquidation", () => {
  it("never sells more than there is nor repays more than is owed, and ends at the target or with a named shortfall", () => {
    const target = fc.bigInt({ min: 1n, max: 100n }).map((points) => ratio(points, 100n));
    fc.assert(
      fc.property(cents, fc.tuple(anyHolding, anyHolding), target, anyPrice, (owed, [first, second], to, price) => {
        const holdings = [first, { ...second, asset: { ...BTC, id: "WBTC" } }];
        const prices = new Map([
          ["BTC", price],
          ["WBTC", price],
        ]);
        const plan = planLiquidation(owed, holdings, to, prices);
        for (const sale of plan.sales) {
          const holding = holdings.find((one) => one.asset.id === sale.asset);
          expect(sale.units).toBeLessThanOrEqual(holding?.units ?? -1n);
          expect(sale.units % (holding?.sale.lot_step ?? 1n)).toBe(0n);
          expect(sale.units).toBeGreaterThanOrEqual(holding?.sale.lot_min ?? 0n);
          expect(sale.net).toBeGreaterThan(0n);
        }
        expect(plan.repaid).toBeLessThanOrEqual(owed);
        expect(plan.outstanding_after).toBe(owed - plan.repaid);
        expect(plan.repaid + plan.surplus).toBe(plan.sales.reduce((sum, sale) => sum + sale.net, 0n));
        const { num, den } = plan.value_after;
        const at_target = plan.outstanding_after * den * to.den <= to.num * num;
        expect(plan.outstanding_after === 0n || at_target).toBe(plan.shortfall.kind === "none");
      }),
      { numRuns: 500 },
    );
  });

  it("is the fewest lots: one lot fewer leaves the loan above its target", () => {
    const plain = anyHolding.map((holding) => ({
      ...holding,
      haircut: percent("0"),
      sale: { ...NO_COST, lot_step: holding.sale.lot_step },
    }));
    fc.assert(
      fc.property(cents, plain, anyPrice, (owed, holding, price) => {
        const plan = planLiquidation(owed, [holding], percent("60"), new Map([["BTC", price]]));
        const units = plan.sales[0]?.units ?? 0n;
        if (plan.shortfall.kind !== "none" || units === 0n) return;
        const fewer = units - holding.sale.lot_step;
        const left = ratio((holding.units - fewer) * price.num, price.den * 10n ** 8n);
        const repaid = (fewer * price.num) / (price.den * 10n ** 8n);
        // Proceeds lose less than a base unit to rounding, and the plan may make up for one.
        expect((owed - repaid + 1n) * left.den * 10n > 6n * left.num).toBe(true);
      }),
    );
  });
});

describe("tranches", () => {
  it("add up, none above the limit and none below the smallest lot", () => {
    const shape = fc.tuple(
      fc.bigInt({ min: 1n, max: 50n }),
      fc.bigInt({ min: 0n, max: 500n }),
      fc.bigInt({ min: 1n, max: 5_000n }),
      fc.bigInt({ min: 0n, max: 3_000n }),
    );
    fc.assert(
      fc.property(shape, ([lot_step, lot_min, lots, more]) => {
        const least = ((lot_min + lot_step - 1n) / lot_step) * lot_step;
        const most = 2n * least + lot_step + more;
        const units = least + lots * lot_step;
        fc.pre(units / most < 900n);
        const pieces = splitTranches(units, most, { lot_step, lot_min });
        expect(pieces.reduce((sum, piece) => sum + piece, 0n)).toBe(units);
        for (const piece of pieces) {
          expect(piece <= most && piece >= least && piece % lot_step === 0n).toBe(true);
        }
      }),
    );
    expect(splitTranches(250n, 120n, { lot_step: 10n, lot_min: 60n })).toEqual([120n, 70n, 60n]);
  });

  it.each([
    ["credit_lot_malformed", 100n, 10n, { lot_step: 10n, lot_min: 10n }],
    ["credit_lot_malformed", 105n, 50n, { lot_step: 10n, lot_min: 10n }],
    ["credit_too_many_tranches", 10_000n, 2n, { lot_step: 1n, lot_min: 1n }],
  ])("refuses %s", (code, units, most, lots) => {
    expect(() => splitTranches(units, most, lots)).toThrow(expect.objectContaining({ code }));
  });
});
