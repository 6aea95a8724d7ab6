/** Shorthand of the tests in this room. */
import fc from "fast-check";
import { parseDecimal, percent, type Ratio, ratio } from "../money/index.ts";
import type { Collateral, Prices } from "./types.ts";

export const BTC = { id: "BTC", decimals: 8 };
export const ETH = { id: "ETH", decimals: 18 };
export const USD = { id: "USD", decimals: 2 };

export const usd = (text: string): bigint => parseDecimal(text, 2);
export const btc = (text: string): bigint => parseDecimal(text, 8);
/** USD per whole asset. */
export const at = (text: string): Ratio => ratio(usd(text), 1n);
export const btcAt = (text: string): Prices => new Map([["BTC", at(text)]]);
export const heldBtc = (text: string, haircut = "0"): Collateral => ({
  asset: BTC,
  units: btc(text),
  haircut: percent(haircut),
});

export const cents = fc.bigInt({ min: 1n, max: 10n ** 13n });
export const anyPrice = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 9n }), fc.constantFrom(1n, 3n, 100n, 7919n))
  .map(([num, den]): Ratio => ratio(num, den));
export const anyHaircut = fc.integer({ min: 0, max: 95 }).map((points): Ratio => ratio(BigInt(points), 100n));
