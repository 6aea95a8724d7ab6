/** Where a facility stands: what is owed, what counts, and loan to value where the prices may say so. Pure. */
import {
  type Collateral,
  INDEX_ONE,
  type Ltv,
  ltvOf,
  type Prices,
  type PriceTrust,
  printLtv,
  scaledDebt,
  type Watched,
} from "../credit/index.ts";
import type { AssetId, Ratio } from "../money/index.ts";
import type { Instant } from "../ports/index.ts";
import type { CreditPrice, CreditPrices } from "./deps.ts";
import { holdingOf, levelsIn } from "./terms.ts";
import type { FacilityRow, FacilityState } from "./types.ts";

/** Money may be owed: these are watched at every price. */
export const WATCHED: readonly FacilityState[] = ["active", "matured", "defaulted"];
/** Nothing more happens to them. */
export const ENDED: ReadonlySet<FacilityState> = new Set(["closed", "denied", "expired", "cancelled"]);
/** Whatever is held can go back to its borrower, after the end too: a deposit may come late. */
export const RELEASABLE: readonly FacilityState[] = ["awaiting_collateral", ...WATCHED, "closed", "cancelled"];
/** Interest is added once a day to the loan itself, so every facility stands at an index of one. */
const SIMPLE = "simple";

export type Debt = Pick<FacilityRow, "principal" | "interest" | "interest_paid" | "fees" | "fees_paid" | "shortfall">;

/** Everything owed now. */
export function owedOf({ principal, interest, interest_paid, fees, fees_paid, shortfall }: Debt): bigint {
  return principal + interest - interest_paid + fees - fees_paid + shortfall;
}

/** What counts of each asset: what is earmarked or waits to be sold, less what the venue does not show. */
export function holdingsOf({
  terms,
  held,
  selling,
  missing,
}: Pick<FacilityRow, "terms" | "held" | "selling" | "missing">): Collateral[] {
  return terms.collateral.map((entry) => {
    const of = (amounts: FacilityRow["held"]): bigint => BigInt(amounts[entry.asset] ?? "0");
    const units = of(held) + of(selling) - of(missing);
    return holdingOf(entry, units > 0n ? units : 0n);
  });
}

/** Whether anything is earmarked or waits at a market, whatever it is worth. */
export function isHolding({ held, selling }: Pick<FacilityRow, "held" | "selling">): boolean {
  return [...Object.values(held), ...Object.values(selling)].some((units) => BigInt(units) > 0n);
}

/** A venue does not show all of what is held: until people know why, nobody is called, nothing sold and nothing written off. */
export function isMissing({ missing }: Pick<FacilityRow, "missing">): boolean {
  return Object.values(missing).some((units) => BigInt(units) > 0n);
}

export function watchedOf(row: FacilityRow): Watched {
  return {
    facility_id: row.id,
    scaled: scaledDebt(owedOf(row), INDEX_ONE),
    accrual_id: SIMPLE,
    levels: levelsIn(row.terms),
    holdings: holdingsOf(row),
  };
}

export interface Priced {
  /** The least trusted of the prices that count. */
  readonly trust: PriceTrust;
  readonly prices: Prices;
  readonly used: readonly CreditPrice[];
  /** Since when the prices are not trusted: the oldest of those that are not; null when they are. */
  readonly unknown_since: Instant | null;
}

const RANK: Readonly<Record<PriceTrust, number>> = { act: 0, warn: 1, unknown: 2 };

/** Prices of everything that is held; without collateral no price matters. */
export function pricesFor(prices: CreditPrices, holdings: readonly Collateral[], currency: AssetId): Priced {
  const used = holdings.filter(({ units }) => units > 0n).map(({ asset }) => prices.of(asset.id, currency));
  const known = new Map<AssetId, Ratio>();
  for (const { asset, price } of used) if (price !== null) known.set(asset, price);
  const trust = used.reduce<PriceTrust>((worst, one) => (RANK[one.trust] > RANK[worst] ? one.trust : worst), "act");
  const doubted = used.filter((one) => one.trust !== "act");
  const since = doubted.map(({ as_of }) => as_of ?? 0);
  return { trust, prices: known, used, unknown_since: since.length === 0 ? null : Math.min(...since) };
}

/** Loan to value; null while a price it needs is not there at all. */
export function ltvNow(row: FacilityRow, { prices, used }: Priced): Ltv | null {
  const owed = owedOf(row);
  if (owed > 0n && used.some(({ price }) => price === null)) return null;
  return ltvOf(owed, holdingsOf(row), prices);
}

const LTV_DIGITS = 2;

/** Per cent, rounded up; null without a ratio. */
export function ltvText(ltv: Ltv | null): string | null {
  return ltv === null ? null : printLtv(ltv, LTV_DIGITS);
}
