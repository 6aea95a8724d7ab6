/**
 * The formula of a sale with its numbers, for the people who approve it. The amount itself was frozen when the sale was planned;
 * what stands here is the same rule at the prices of now, so that a reader sees whether the plan still fits. Pure.
 */
import type { CreditConfig } from "../../config/types.ts";
import { exactValue, ltvFrom, planLiquidation, type Sellable } from "../../credit/index.ts";
import {
  type CreditPrices,
  type FacilityRow,
  holdingsOf,
  type LiquidationRow,
  levelsIn,
  ltvNow,
  ltvText,
  owedOf,
  pricesFor,
} from "../../lending/index.ts";
import { divide, maxOf, minOf, printPercent, type Ratio, ratio } from "../../money/index.ts";
import type { Liquidation } from "../schemas/index.ts";
import { percentOf } from "./credit.ts";
import type { Printer } from "./printer.ts";

type Sizing = NonNullable<Liquidation["sizing"]>;

interface SizingFacts {
  readonly prices: CreditPrices;
  readonly credit: CreditConfig;
}

const NONE = ratio(0n, 1n);
const DIGITS = 2;

/** Null once something was sold or it has ended, and while a price is missing. */
export function viewSizing(
  row: LiquidationRow,
  facility: FacilityRow,
  { prices, credit }: SizingFacts,
  printer: Printer,
): Sizing | null {
  const market = credit.liquidation.markets.find(({ asset }) => asset === row.asset);
  const holdings = holdingsOf(facility);
  const sold = holdings.find(({ asset }) => asset.id === row.asset);
  const priced = pricesFor(prices, holdings, facility.currency);
  const price = priced.prices.get(row.asset);
  const over = row.ended_at !== null || row.sold > 0n;
  if (over || market === undefined || sold === undefined || price === undefined) return null;
  if (priced.used.some((one) => one.price === null)) return null;
  const { discount } = credit.liquidation;
  const terms = { discount, fee: feeOf(row), fee_fixed: 0n, lot_step: 1n, lot_min: 0n };
  const fee_max = BigInt(facility.terms.collateral.find(({ asset }) => asset === row.asset)?.fee_max ?? "0");
  const sellable: Sellable = { ...sold, units: maxOf(0n, sold.units - fee_max), sale: terms };
  const others = holdings.filter(({ asset }) => asset.id !== row.asset);
  const owed = owedOf(facility);
  const target = levelsIn(facility.terms).initial;
  // The others count and are not sold here: this sale is of one asset.
  const kept = others.map((one) => ({ ...one, sale: { ...terms, lot_min: one.units + 1n } }));
  const [wanted] = planLiquidation(owed, [sellable, ...kept], target, priced.prices).sales;
  const scale = 10n ** BigInt(sold.asset.decimals);
  const least = ratio(price.num * (discount.den - discount.num), price.den * discount.den);
  const gross = divide(row.units * least.num, least.den * scale, "down");
  const fee = divide(gross * terms.fee.num, terms.fee.den, "up");
  const net = maxOf(0n, gross - fee);
  const repaid = minOf(net, owed);
  const left = exactValue(
    holdings.map((one) => (one === sold ? { ...one, units: maxOf(0n, one.units - row.units - fee_max) } : one)),
    priced.prices,
  );
  const owed_after = owed - repaid;
  const money = (units: bigint) => printer.money(facility.currency, units);
  const base = (units: bigint) => printer.money(row.asset, units);
  const value = exactValue(holdings, priced.prices);
  return {
    ...{ owed: money(owed), value: money(divide(value.num, value.den, "down")) },
    ...{ ltv_percent: ltvText(ltvNow(facility, priced)), target_percent: percentOf(target) },
    ...{ haircut_percent: percentOf(sold.haircut), discount_percent: percentOf(discount) },
    fee_percent: printPercent(terms.fee.num, terms.fee.den, DIGITS, "up") ?? "0.00",
    ...{ price: printer.price(facility.currency, price), held: base(sold.units) },
    move_fee_max: base(fee_max),
    wanted: wanted === undefined ? null : base(wanted.units),
    clamp: wanted === undefined ? "none" : clampOf(wanted.units, wanted.net, sellable.units, owed),
    tranche_max: base(market.tranche_max),
    tranches: Number(divide(row.units, market.tranche_max, "up")),
    expected: {
      ...{ gross: money(gross), fee: money(fee), net: money(net), repaid: money(repaid), surplus: money(net - repaid) },
      owed_after: money(owed_after),
      ltv_after_percent: ltvText(ltvFrom(owed_after, left)),
      shortfall: money(maxOf(0n, owed_after - divide(left.num, left.den, "down"))),
    },
  };
}

/** Part of the gross that the market said it keeps. */
function feeOf({ quote }: LiquidationRow): Ratio {
  const [fee, net] = [BigInt(quote?.fee ?? "0"), BigInt(quote?.value ?? "0")];
  return fee + net === 0n ? NONE : ratio(fee, fee + net);
}

function clampOf(units: bigint, net: bigint, held: bigint, owed: bigint): Sizing["clamp"] {
  if (units >= held) return "collateral";
  return net >= owed ? "debt" : "none";
}
