/**
 * Credit as plain values. Amounts are base units; a price is base units of the loan's currency per whole asset; levels,
 * haircuts and rates are exact fractions. A level is written as loan to value (LTV); collateral to value (CVL) is 1 / LTV.
 */
import type { Asset, AssetId, Ratio } from "../money/index.ts";

/** One asset pledged: `haircut` (0 to below 1) is the part of its market value that does not count. */
export interface Collateral {
  readonly asset: Asset;
  readonly units: bigint;
  readonly haircut: Ratio;
}

/** Base units of the currency per whole asset. An asset that is missing has no price anyone may act on. */
export type Prices = ReadonlyMap<AssetId, Ratio>;

/**
 * LTV at which something happens, rising strictly. `initial` is a requirement and is kept at equality; the other three are
 * alarms and ring at equality. `release` is how far below its level the LTV must fall before a level is over.
 */
export interface Levels {
  readonly initial: Ratio;
  readonly warning: Ratio | null;
  readonly margin_call: Ratio;
  readonly liquidation: Ratio;
  readonly release: Ratio;
}

export type LevelName = "initial" | "warning" | "margin_call" | "liquidation";

/** Where a facility stands: nothing reached, or the highest level reached and not yet released. */
export type Stage = "sound" | LevelName;

export type DayCount = "actual/360" | "actual/365" | "30/360";

export interface FacilityTerms {
  readonly facility_id: string;
  readonly currency: Asset;
  /** Base units lent; positive. */
  readonly principal: bigint;
  /** Per year. */
  readonly rate: Ratio;
  readonly day_count: DayCount;
  /** Days since 1970-01-01, UTC. */
  readonly start_day: number;
  readonly maturity_day: number;
  readonly accepted: readonly AcceptedCollateral[];
  /** Own levels; what is left out is the book's. */
  readonly levels: Partial<Levels>;
}

export interface AcceptedCollateral {
  readonly asset: Asset;
  readonly haircut: Ratio;
  /** The least that is taken at once, base units. */
  readonly minimum: bigint;
}

/** Loan to value, never a division by zero. `ratio` may exceed 1: then the loan is under water. */
export type Ltv =
  | { readonly state: "ratio"; readonly ratio: Ratio }
  /** Nothing is owed: no price matters. */
  | { readonly state: "no_loan" }
  /** Something is owed and nothing that counts stands behind it: every level is reached at every price. */
  | { readonly state: "no_collateral" };

/** A stage that changed: exactly one notice. `skipped` are the levels passed without a notice of their own. */
export interface Crossing {
  readonly from: Stage;
  readonly to: Stage;
  readonly direction: "worse" | "better";
  readonly skipped: readonly LevelName[];
}
