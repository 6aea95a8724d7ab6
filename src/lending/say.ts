/** An amount in a sentence for people: of an asset, or of the money that loans are in, which is no asset of the treasury. */
import type { TreasuryConfig } from "../config/types.ts";
import { type AssetId, amountText, sayAmount } from "../money/index.ts";

/** @example say(config, "USD", 1_234_50n) // "1,234.5 USD" */
export function say(
  { assets, currency }: Pick<TreasuryConfig, "assets" | "currency">,
  id: AssetId,
  units: bigint,
): string {
  return id === currency.id && !assets.has(id) ? amountText(currency, units) : sayAmount(assets, id, units);
}
