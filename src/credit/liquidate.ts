/**
 * How much collateral to sell so that the loan is back at its target, and what is left.
 *
 * With u units sold of an asset that counts for `a` per unit and brings `b` per unit after discount and fee, and a fixed fee F:
 * (O + F - u b) <= T (V - u a), so u = (O + F - T V) / (b - T a). This is (O t - C) / (t (1 - h) - 1) with t = 1 / T and
 * a = 1, b = 1 - h per unit of value. Where b <= T a no sale brings the target nearer, and nothing is sold: that is for
 * people. The sale is clamped to what is held and to what is owed. Units round up to the lot, proceeds round down.
 */
import { divide, minOf, type Ratio, ratio } from "../money/index.ts";
import { CreditError } from "./errors.ts";
import type { Collateral, Prices } from "./types.ts";
import { checkTarget, counted, countedUnitValue, exactValue, priceOf } from "./value.ts";

/** How an asset is sold. All amounts in base units. */
export interface SaleTerms {
  /** Part of the price that a sale is expected to lose at worst; the price limit. */
  readonly discount: Ratio;
  /** Part of the gross that the venue keeps. */
  readonly fee: Ratio;
  /** Base units of the currency for each sale. */
  readonly fee_fixed: bigint;
  readonly lot_step: bigint;
  readonly lot_min: bigint;
}

export interface Sellable extends Collateral {
  readonly sale: SaleTerms;
}

export interface Sale {
  readonly asset: string;
  readonly units: bigint;
  /** At the price limit, after fees, rounded down. */
  readonly net: bigint;
  /** Never sell below; base units of the currency per whole asset, rounded up. */
  readonly price_limit: bigint;
}

export type Shortfall =
  | { readonly kind: "none" }
  /** Debt is left that no collateral stands behind. */
  | { readonly kind: "uncovered"; readonly units: bigint }
  /** Collateral is left that is too small to sell, not worth its fee, or costs more to sell than it helps; so much debt is above the target. */
  | { readonly kind: "unsellable"; readonly units: bigint };

export interface LiquidationPlan {
  readonly sales: readonly Sale[];
  readonly repaid: bigint;
  /** Goes back to the borrower. */
  readonly surplus: bigint;
  readonly outstanding_after: bigint;
  readonly value_after: Ratio;
  readonly shortfall: Shortfall;
}

/**
 * Sells in the order given until the LTV is at or below `target`. Total on checked input: it always ends there, or with a
 * named shortfall.
 * @throws CreditError credit_lot_malformed | credit_target_out_of_range | credit_price_unknown and the others of `exactValue`
 */
export function planLiquidation(
  outstanding: bigint,
  holdings: readonly Sellable[],
  target: Ratio,
  prices: Prices,
): LiquidationPlan {
  checkTarget(target);
  let owed = outstanding;
  let surplus = 0n;
  const sales: Sale[] = [];
  const left: Sellable[] = [...holdings];
  for (const [index, holding] of holdings.entries()) {
    checkSale(holding.sale);
    const value = exactValue(left, prices);
    if (isAtTarget(owed, value, target)) break;
    const sale = sellOne(owed, holding, value, target, prices);
    if (sale === null) continue;
    sales.push(sale);
    left[index] = { ...holding, units: holding.units - sale.units };
    const repaid = minOf(sale.net, owed);
    owed -= repaid;
    surplus += sale.net - repaid;
  }
  const value_after = exactValue(left, prices);
  return {
    sales,
    repaid: outstanding - owed,
    surplus,
    outstanding_after: owed,
    value_after,
    shortfall: shortfallOf(owed, value_after, target),
  };
}

/** What one base unit brings after discount and fee. */
function netUnitValue(holding: Sellable, price: Ratio): Ratio {
  const kept = counted(holding.sale.discount);
  const paid = counted(holding.sale.fee);
  return ratio(
    price.num * kept.num * paid.num,
    price.den * kept.den * paid.den * 10n ** BigInt(holding.asset.decimals),
  );
}

function sellOne(owed: bigint, holding: Sellable, value: Ratio, target: Ratio, prices: Prices): Sale | null {
  if (holding.units === 0n) return null;
  const { sale, asset } = holding;
  const price = priceOf(asset.id, prices);
  const net = netUnitValue(holding, price);
  const proceeds = (units: bigint): bigint => divide(units * net.num, net.den, "down") - sale.fee_fixed;
  const most = (holding.units / sale.lot_step) * sale.lot_step;
  const all_debt = toLot(divide((owed + sale.fee_fixed) * net.den, net.num, "up"), sale);
  const for_target = unitsForTarget(owed, holding, value, target, net, price, proceeds);
  if (for_target === null) return null;
  const units = minOf(minOf(for_target, all_debt), most);
  if (units < sale.lot_min || units <= 0n || proceeds(units) <= 0n) return null;
  const kept = counted(sale.discount);
  return {
    asset: asset.id,
    units,
    net: proceeds(units),
    price_limit: divide(price.num * kept.num, price.den * kept.den, "up"),
  };
}

/** The fewest units, in lots, that reach the target; null where selling leads away from it. */
function unitsForTarget(
  owed: bigint,
  holding: Sellable,
  value: Ratio,
  target: Ratio,
  net: Ratio,
  price: Ratio,
  proceeds: (units: bigint) => bigint,
): bigint | null {
  const each = countedUnitValue(holding, price);
  const gain = ratio(
    net.num * each.den * target.den - target.num * each.num * net.den,
    net.den * each.den * target.den,
  );
  if (gain.num <= 0n) return null;
  const den = target.den * value.den;
  const unitsFor = (debt: bigint): bigint =>
    toLot(divide((debt * den - target.num * value.num) * gain.den, den * gain.num, "up"), holding.sale);
  const debt = owed + holding.sale.fee_fixed;
  const reaches = (units: bigint): boolean => {
    const rest = ratio(value.num * each.den - units * each.num * value.den, value.den * each.den);
    return isAtTarget(owed - proceeds(units), rest, target);
  };
  const units = unitsFor(debt);
  if (reaches(units)) return units;
  // Proceeds lose less than one base unit to rounding: the sale that brings one more mostly does, one for a unit more of debt always.
  const one_more = toLot(
    divide((proceeds(units) + holding.sale.fee_fixed + 1n) * net.den, net.num, "up"),
    holding.sale,
  );
  return reaches(one_more) ? one_more : unitsFor(debt + 1n);
}

function toLot(units: bigint, { lot_step, lot_min }: SaleTerms): bigint {
  const lots = divide(units, lot_step, "up") * lot_step;
  return lots < lot_min ? divide(lot_min, lot_step, "up") * lot_step : lots;
}

function isAtTarget(owed: bigint, value: Ratio, target: Ratio): boolean {
  return owed <= 0n || owed * value.den * target.den <= target.num * value.num;
}

function shortfallOf(owed: bigint, value: Ratio, target: Ratio): Shortfall {
  if (isAtTarget(owed, value, target)) return { kind: "none" };
  if (value.num === 0n) return { kind: "uncovered", units: owed };
  return { kind: "unsellable", units: owed - divide(target.num * value.num, target.den * value.den, "down") };
}

function checkSale({ lot_step, lot_min, fee_fixed }: SaleTerms): void {
  if (lot_step <= 0n || lot_min < 0n || fee_fixed < 0n) {
    throw new CreditError("credit_lot_malformed", "A lot needs a step above zero, and a minimum and fee not below it.");
  }
}
