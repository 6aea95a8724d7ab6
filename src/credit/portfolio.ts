/** The whole loan book at once: what is owed and what stands behind it, how it is spread, and what a fall of prices would do. Pure. */
import { compareRatios, divide, type Ratio, ratio } from "../money/index.ts";
import { LEVEL_NAMES, rankOf } from "./levels.ts";
import { ltvFrom } from "./ltv.ts";
import { stageAt } from "./stage.ts";
import type { Collateral, LevelName, Levels, Ltv, Prices, Stage } from "./types.ts";
import { exactValue } from "./value.ts";

/** One loan, in the currency of the book. */
export interface Position {
  readonly facility_id: string;
  readonly customer_id: string;
  readonly owed: bigint;
  readonly holdings: readonly Collateral[];
  readonly levels: Levels;
}

/** Upper ends of the classes of loan to value, in per cent; the last class is open. */
export const LTV_CLASSES: readonly number[] = [20, 40, 50, 60, 70, 80, 90, 100];

export interface LtvClass {
  /** Null: everything above the class before. */
  readonly up_to_percent: number | null;
  readonly facilities: number;
  readonly owed: bigint;
}

export interface Share {
  readonly of: string;
  readonly owed: bigint;
  readonly ppm: number;
}

export interface Portfolio {
  readonly facilities: number;
  readonly owed: bigint;
  /** After haircuts, rounded down. */
  readonly value: bigint;
  readonly ltv: Ltv;
  readonly classes: readonly LtvClass[];
  /** How many stand at or past each level, without memory of where they came from. */
  readonly at_level: Readonly<Record<LevelName, number>>;
  /** Largest customers first. */
  readonly customers: readonly Share[];
  /** What each asset is worth of the whole, after haircuts. */
  readonly assets: readonly { readonly asset: string; readonly units: bigint; readonly value: bigint }[];
  /** Sum of squared shares of the customers, of 10,000; 10,000 is one customer. */
  readonly concentration: number;
}

const CUSTOMERS_MAX = 10;
const PPM = 1_000_000n;

/** @throws CreditError credit_price_unknown where a price is missing */
export function portfolioOf(positions: readonly Position[], prices: Prices): Portfolio {
  const owing = positions.filter(({ owed }) => owed > 0n);
  const owed = sum(owing.map((one) => one.owed));
  const everything = positions.flatMap(({ holdings }) => holdings);
  const total = exactValue(merged(everything), prices);
  const classes = LTV_CLASSES.map((up_to_percent) => ({ up_to_percent, facilities: 0, owed: 0n }));
  const open = { up_to_percent: null, facilities: 0, owed: 0n };
  const at_level: Record<LevelName, number> = { initial: 0, warning: 0, margin_call: 0, liquidation: 0 };
  for (const one of owing) {
    const ltv = ltvFrom(one.owed, exactValue(one.holdings, prices));
    const home = classes.find(({ up_to_percent }) => isWithin(ltv, up_to_percent)) ?? open;
    home.facilities += 1;
    home.owed += one.owed;
    const rank = rankOf(stageAt(ltv, one.levels));
    for (const name of LEVEL_NAMES) if (one.levels[name] !== null && rank >= rankOf(name)) at_level[name] += 1;
  }
  const customers = sharesOf(owing, owed);
  return {
    ...{ facilities: owing.length, owed, value: divide(total.num, total.den, "down"), ltv: ltvFrom(owed, total) },
    ...{ classes: [...classes, open], at_level, customers: customers.slice(0, CUSTOMERS_MAX) },
    assets: merged(everything).map((holding) => {
      const value = exactValue([holding], prices);
      return { asset: holding.asset.id, units: holding.units, value: divide(value.num, value.den, "down") };
    }),
    concentration: concentrationOf(customers),
  };
}

export interface Shock {
  /** What each price is multiplied by, as parts per million; an asset that is not named keeps its price. */
  readonly to_ppm: ReadonlyMap<string, number>;
  /** What a sale loses against the price then. */
  readonly discount: Ratio;
}

export interface ShockOutcome {
  readonly owed: bigint;
  readonly value: bigint;
  readonly stages: Readonly<Record<Stage, number>>;
  /** Owed by those at their liquidation level. */
  readonly to_liquidate: bigint;
  /** What sales at that price would leave unpaid. */
  readonly shortfall: bigint;
  readonly under_water: number;
}

/** The book after the prices have moved, before anybody has acted. */
export function shockOf(positions: readonly Position[], prices: Prices, { to_ppm, discount }: Shock): ShockOutcome {
  const moved = new Map([...prices].map(([asset, price]) => [asset, shocked(price, to_ppm.get(asset))]));
  const stages: Record<Stage, number> = { sound: 0, initial: 0, warning: 0, margin_call: 0, liquidation: 0 };
  const out = { owed: 0n, value: 0n, to_liquidate: 0n, shortfall: 0n, under_water: 0 };
  const kept = ratio(discount.den - discount.num, discount.den);
  for (const { owed, holdings, levels } of positions) {
    if (owed <= 0n) continue;
    const value = exactValue(holdings, moved);
    const stage = stageAt(ltvFrom(owed, value), levels);
    // Without its haircut a sale brings the whole price, less its discount.
    const whole = exactValue(
      holdings.map((one) => ({ ...one, haircut: ratio(0n, 1n) })),
      moved,
    );
    const brings = divide(whole.num * kept.num, whole.den * kept.den, "down");
    stages[stage] += 1;
    out.owed += owed;
    out.value += divide(value.num, value.den, "down");
    if (stage === "liquidation") out.to_liquidate += owed;
    if (brings >= owed) continue;
    out.shortfall += owed - brings;
    out.under_water += 1;
  }
  return { ...out, stages };
}

export interface PathPoint extends ShockOutcome {
  readonly hours: number;
  readonly to_ppm: number;
}

/** The same at every hour of a straight fall and its recovery, for a scenario of the stress tests. */
export function shockPath(
  positions: readonly Position[],
  prices: Prices,
  fall: { readonly assets: readonly string[]; readonly to_ppm: number; readonly fall_hours: number },
  points: number,
  discount: Ratio,
): PathPoint[] {
  return Array.from({ length: points + 1 }, (_, at) => {
    const to_ppm = Math.round(1_000_000 - ((1_000_000 - fall.to_ppm) * at) / points);
    const shock = { to_ppm: new Map(fall.assets.map((asset) => [asset, to_ppm])), discount };
    return { hours: (fall.fall_hours * at) / points, to_ppm, ...shockOf(positions, prices, shock) };
  });
}

function shocked(price: Ratio, to_ppm: number | undefined): Ratio {
  return to_ppm === undefined ? price : ratio(price.num * BigInt(to_ppm), price.den * PPM);
}

function isWithin(ltv: Ltv, up_to_percent: number): boolean {
  return ltv.state === "ratio" && compareRatios(ltv.ratio, ratio(BigInt(up_to_percent), 100n)) <= 0;
}

function merged(holdings: readonly Collateral[]): Collateral[] {
  const by = new Map<string, Collateral>();
  for (const one of holdings) {
    const key = `${one.asset.id} ${one.haircut.num}/${one.haircut.den}`;
    const known = by.get(key);
    by.set(key, known === undefined ? one : { ...known, units: known.units + one.units });
  }
  return [...by.values()].filter(({ units }) => units > 0n);
}

function sharesOf(positions: readonly Position[], owed: bigint): Share[] {
  const by = new Map<string, bigint>();
  for (const one of positions) by.set(one.customer_id, (by.get(one.customer_id) ?? 0n) + one.owed);
  return [...by]
    .map(([of, part]) => ({ of, owed: part, ppm: owed === 0n ? 0 : Number((part * PPM) / owed) }))
    .sort((a, b) => (a.owed === b.owed ? a.of.localeCompare(b.of) : a.owed > b.owed ? -1 : 1));
}

function concentrationOf(shares: readonly Share[]): number {
  const squares = shares.reduce((total, { ppm }) => total + (ppm / 1_000_000) ** 2, 0);
  return Math.round(squares * 10_000);
}

function sum(values: readonly bigint[]): bigint {
  return values.reduce((total, value) => total + value, 0n);
}
