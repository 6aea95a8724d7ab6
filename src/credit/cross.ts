/** Prices in another currency than the quotes': a dollar token is not a dollar. */
import { type Ratio, ratio } from "../money/index.ts";

/** Reference units per whole asset, and per whole unit of the other currency with `decimals` -> its base units per whole asset. */
export function crossRate(asset: Ratio, currency: Ratio, decimals: number): Ratio {
  return ratio(asset.num * currency.den * 10n ** BigInt(decimals), asset.den * currency.num);
}
