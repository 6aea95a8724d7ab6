/**
 * Assets, instruments and amounts. An amount is an integer count of an asset's base units; it is a `bigint` inside and a
 * decimal string outside, and never a `number`.
 */

/** What is owed: "USDT", "BTC". Key of the asset registry. */
export type AssetId = string;

/** What moves on a network: the asset's form on one chain, known by chain and contract, never by symbol. */
export type InstrumentId = string;

/** An asset as our own registry knows it. `decimals` (0 to 30) is the canonical scale of every amount of this asset. */
export interface Asset {
  readonly id: AssetId;
  readonly decimals: number;
}

/** `decimals` may not exceed the asset's: an amount of the instrument is always exact in asset units. */
export interface Instrument {
  readonly id: InstrumentId;
  readonly asset: AssetId;
  readonly network: string;
  /** Token contract, or null for the native coin of the chain. */
  readonly contract: string | null;
  readonly decimals: number;
}

/** An asset and an integer count of its base units. */
export interface Amount {
  readonly asset: AssetId;
  readonly units: bigint;
}

/** Rounding is named at each call: toward zero, away from zero, down (floor), up (ceiling). */
export type Rounding = "down" | "up" | "toward_zero" | "away_from_zero" | "half_even";

/** An exact fraction; `den` > 0. */
export interface Ratio {
  readonly num: bigint;
  readonly den: bigint;
}
