/**
 * The one number that orders facilities: the price, at an accrual index of one, at which the loan is worth exactly its
 * collateral (LTV 100 %). With parity K and x = price / index the LTV is K / x, so every level L is reached at x <= K / L and
 * one sorted list serves all levels and their releases.
 *
 * Keys are floor(K x grid), integers below 2^53, compared with floor(L x x x grid). Floors keep order: a key above the mark has
 * reached the level and one below has not, without error. Only a key equal to its mark is undecided, and is then compared
 * exactly with BigInt. A number holds every integer below 2^53 exactly, and no arithmetic is done on keys, only comparison.
 */
import { DECIMALS_MAX, divide, type Ratio, ratio } from "../money/index.ts";
import { INDEX_ONE } from "./interest.ts";
import { isReached } from "./stage.ts";
import type { Collateral, LevelName } from "./types.ts";
import { counted } from "./value.ts";

const KEY_MAX = BigInt(Number.MAX_SAFE_INTEGER);
/** A price may rise this many times before keys saturate; from there on every comparison is exact and slow. */
const HEADROOM = 1_000n;

/** Base units per whole asset, by decimals. */
const WHOLE = Array.from({ length: DECIMALS_MAX + 1 }, (_, decimals) => 10n ** BigInt(decimals));

/** Null where nothing that counts is held: then every level is reached at every price. `scaled` is of `scaledDebt`. */
export function parityOf(scaled: bigint, { asset, units, haircut }: Collateral): Ratio | null {
  const part = counted(haircut);
  if (units <= 0n) return null;
  return ratio(scaled * (WHOLE[asset.decimals] as bigint) * part.den, INDEX_ONE * units * part.num);
}

/** Price at an index of one. */
export function atIndexOne(price: Ratio, index: bigint): Ratio {
  return ratio(price.num * INDEX_ONE, price.den * index);
}

/** LTV of a facility of parity `parity` when the price at an index of one is `x`. */
export function ltvAtParity(parity: Ratio, x: Ratio): Ratio {
  return ratio(parity.num * x.den, parity.den * x.num);
}

/** A power of ten that puts `price` about a thousandth below 2^53. */
export function gridFor(price: Ratio): Ratio {
  const room = divide(KEY_MAX * price.den, price.num * HEADROOM, "down");
  if (room >= 1n) return ratio(10n ** BigInt(room.toString().length - 1), 1n);
  const excess = divide(price.num * HEADROOM, KEY_MAX * price.den, "up");
  return ratio(1n, 10n ** BigInt(excess.toString().length));
}

/** floor(value x grid), at most 2^53 - 1. */
export function toKey(value: Ratio, grid: Ratio): number {
  const key = (value.num * grid.num) / (value.den * grid.den);
  return Number(key < KEY_MAX ? key : KEY_MAX);
}

/**
 * The highest price, in base units of the currency per whole asset, at which the level is reached: rounded down, so that it
 * is reached there indeed and one unit above it is not. Null without collateral.
 */
export function triggerPrice(
  name: LevelName,
  level: Ratio,
  scaled: bigint,
  index: bigint,
  collateral: Collateral,
): bigint | null {
  const parity = parityOf(scaled, collateral);
  if (parity === null) return null;
  const exact = ratio(parity.num * index * level.den, parity.den * INDEX_ONE * level.num);
  const price = divide(exact.num, exact.den, "down");
  if (price === 0n) return 0n;
  return isReached(name, level, ltvAtParity(parity, atIndexOne(ratio(price, 1n), index))) ? price : price - 1n;
}
