/** A price with its trust. */
import { divide, printDecimal } from "../../money/index.ts";
import type { PriceState } from "../../policy/index.ts";
import type { Overview } from "../schemas/index.ts";
import { printTimeOrNull } from "./printer.ts";

const PRICE_DIGITS = 8;
const PPM_DECIMALS = 4;

export function viewPrice(asset: string, state: PriceState): Overview["prices"][number] {
  const { price, spread_ppm } = state;
  const scale = 10n ** BigInt(PRICE_DIGITS);
  return {
    asset,
    currency: state.currency,
    status: state.status,
    price:
      price === null || price.den === 0n
        ? null
        : printDecimal(divide(price.num * scale, price.den, "half_even"), PRICE_DIGITS + state.currency_decimals),
    as_of: printTimeOrNull(state.as_of),
    sources: state.sources,
    spread_percent: spread_ppm === null ? null : printDecimal(BigInt(spread_ppm), PPM_DECIMALS),
  };
}
